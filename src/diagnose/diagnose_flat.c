/*
 * A gradient where the function is flat: no output moves with the element, at any step, and backward has something
 * there. A straight-through estimator does that on purpose (rounding, quantisation, a sign); elsewhere it is a mask, an
 * ignored label or a clip that forward knows of and backward does not.
 */
#include "diagnose/diagnose_flat.h"

#include <math.h>

#include "diagnose/resample.h"

static bool is_flat_in_all_draws(const gchk_diagnosis *d, size_t i) {
  for (size_t draw = 0; draw < d->draws; draw++)
    if (d->tensor->numeric[draw][i] != 0)
      return false;
  return true;
}

size_t gchk_flat_fails(const gchk_diagnosis *d) {
  size_t count = 0;
  for (size_t i = 0; i < d->total; i++)
    count += d->fails[i] && is_flat_in_all_draws(d, i);
  return count;
}

// A difference of 0 at one step may be an accident. No output moving by a bit at it and at any smaller one is not; at
// larger ones the next tread of a staircase may be in reach.
static bool is_flat_near(const gchk_derivative *derivative) {
  enum { FEWEST = 3 };
  size_t count = 0;
  for (size_t k = derivative->chosen; k < derivative->rung_count; k++) {
    const gchk_rung *rung = &derivative->rungs[k];
    if (isnan(rung->difference))
      continue;
    if (rung->slope_plus != 0 || rung->slope_minus != 0)
      return false;
    count++;
  }
  return derivative->is_flat || count >= FEWEST;
}

static bool are_flat(gchk_diagnosis *d, bool *everywhere) {
  size_t elements[GCHK_SAMPLES], count = gchk_sample_failing(d, elements);
  gchk_derivative *derivative = gchk_arena_alloc(d->arena, GCHK_MAX_DRAWS, sizeof *derivative);
  *everywhere = true;
  for (size_t k = 0; derivative != NULL && k < count; k++) {
    if (!gchk_resample(d, elements[k], derivative) || !is_flat_near(&derivative[0]))
      return false;
    *everywhere = *everywhere && derivative[0].is_flat;
  }
  return derivative != NULL && count > 0;
}

bool gchk_diagnose_flat(gchk_diagnosis *d) {
  bool is_flat;
  if (d->fail_count == 0 || gchk_flat_fails(d) < d->fail_count || !are_flat(d, &is_flat))
    return false;
  (void)gchk_diagnosis_add(
      d, GCHK_CODE_GRADIENT_WHERE_FLAT, d->fail_count,
      "analytic is not 0 on %zu of %zu elements with which no output "
      "moves at %s: %s",
      d->fail_count, d->tensor->checked_count, is_flat ? "any step" : "small steps",
      !is_flat ? "forward is a staircase there (it rounds, quantises or compares); a straight-through estimator has "
                 "such a gradient on purpose, another backward does not"
      : gchk_telling_passes(d) == 0
          ? "forward leaves them out, clips, rounds or compares; a straight-through estimator has such a gradient on "
            "purpose, another backward does not"
          : "forward leaves them out (a mask, an ignored label, a clip), and backward does not know");
  return true;
}
