/* x/max(|x|, eps), whose x is below eps: made long again it is right where the mistake is in the other branch alone. */
#include "values/diagnose_floor.h"

#include <math.h>

#include "core/largest.h"
#include "decide/differentiate_tensor.h"
#include "evidence/resample.h"
#include "instance/snapshot.h"
#include "measure/judge.h"
#include "measure/move_values.h"

// No usual value is as small, and no floor as large.
static const double usual = 0x1p-12;

static double size_of(const gchk_tensor *t) {
  double largest = 0;
  for (size_t e = 0; e < t->count; e++)
    largest = fmax(largest, fabs(gchk_tensor_get(t, t->value, e)));
  return largest;
}

/* Are gradients of some failing elements right where the instance is now, and told from 0? */
static bool is_right_now(gchk_diagnosis *d, gchk_case_work *there) {
  enum { FEWEST = 2 };
  size_t elements[GCHK_SAMPLES], count = gchk_sample_failing(d, elements), told = 0;
  gchk_derivative *derivative = gchk_arena_alloc(d->arena, GCHK_MAX_DRAWS, sizeof *derivative);
  double *g = gchk_arena_alloc(d->arena, d->total, sizeof *g);
  gchk_tensor_work tensor = *d->tensor;
  tensor.has_pilot = tensor.has_noise = false; // of short values
  tensor.start = 0;
  if (derivative == NULL || g == NULL || !gchk_gradient_now(d, g) || !gchk_outputs_now(there->instance, there->y))
    return false;
  const gchk_allowance allowance = {.unit = d->unit, .largest = gchk_largest_size(g, d->total)};
  for (size_t k = 0; k < count; k++) {
    if (gchk_differentiate_element(there, &tensor, elements[k], derivative, NULL) != GCHK_OK)
      return false;
    const gchk_verdict verdict = gchk_judge(g[elements[k]], &derivative[0], &allowance).verdict;
    if (verdict == GCHK_FAIL)
      return false;
    told += verdict == GCHK_PASS && derivative[0].value != 0;
  }
  return told >= FEWEST;
}

/* The same with all values times a power of two that makes them usual ones; the instance is where it was. */
static bool is_right_when_long(gchk_diagnosis *d, double size) {
  gchk_instance *instance = d->work->instance;
  const gchk_tensor *t = &instance->t[d->tensor->index];
  gchk_case_work there = *d->work;
  there.y = gchk_arena_alloc(d->arena, d->output_count, sizeof(double));
  gchk_snapshot *saved = gchk_snapshot_new(instance, GCHK_SNAPSHOT_VALUES);
  d->is_out_of_memory = d->is_out_of_memory || saved == NULL;
  if (there.y == NULL || saved == NULL) {
    gchk_snapshot_free(saved);
    return false;
  }
  for (size_t e = 0; e < t->count; e++)
    gchk_tensor_set(t, t->value, e, ldexp(gchk_tensor_get(t, t->value, e), -ilogb(size)));
  const bool is_right = is_right_now(d, &there);
  gchk_snapshot_restore(saved, instance);
  gchk_snapshot_free(saved);
  if (d->work->single != NULL)
    gchk_copy_values(instance, d->work->single);
  return gchk_instance_forward(instance, NULL) == GCHK_OK && is_right;
}

bool gchk_diagnose_floor(gchk_diagnosis *d) {
  const double size = size_of(d->t);
  if (d->work->spec->planted != GCHK_PLANT_SATURATED || !(size > 0 && size < usual) || !is_right_when_long(d, size))
    return false;
  gchk_finding *finding = gchk_diagnosis_add(
      d, GCHK_CODE_WRONG_IN_REGION, d->fail_count,
      "wrong where |%s| is as small as here, up to %.1e, and right where it is of usual size: forward has a floor in "
      "between, as max(|x|, eps) or an eps that is added, and backward gives the derivative of the other side; where "
      "no "
      "input is so short, a .fill with a range says so",
      d->t->name, size);
  gchk_finding_number(&d->tensor->findings, finding, "below", size);
  return true;
}
