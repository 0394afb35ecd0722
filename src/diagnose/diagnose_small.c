/*
 * Small errors: analytic and numeric agree to three digits or more wherever they differ.
 *
 *     precision      a double layer computes in float somewhere: its values are floats, or do not move by little
 *     inexact solve  the error falls when an option that counts (iterations, steps) is twice as large
 *     small error    neither: constants of single precision, an eps, a small term, an iteration without an option
 */
#include "diagnose/diagnose_small.h"

#include <math.h>

#include "evidence/blame_option.h"
#include "evidence/resample.h"
#include "instance/move.h"
#include "instance/precision.h"
#include "instance/snapshot.h"

typedef struct error_size {
  bool are_floats;       // every wrong value
  bool is_small;         // three digits agree at each
  double worst, largest; // error and numeric gradient
} error_size;

static error_size size_of_error(const gchk_diagnosis *d) {
  static const double of_value = 1e-3, of_largest = 1e-5;
  const gchk_tensor_work *w = d->tensor;
  error_size e = {.are_floats = true, .is_small = true};
  for (size_t draw = 0; draw < d->draws; draw++)
    for (size_t i = 0; i < d->total; i++)
      if (d->fails[i])
        e.largest = fmax(e.largest, fabs(w->numeric[draw][i]));
  for (size_t draw = 0; draw < d->draws; draw++) {
    for (size_t i = 0; i < d->total; i++) {
      const double a = w->analytic[draw][i], n = w->numeric[draw][i];
      if (!d->fails[i])
        continue;
      e.are_floats = e.are_floats && (double)(float)a == a;
      e.is_small = e.is_small && fabs(a - n) <= of_value * fabs(n) + of_largest * e.largest;
      e.worst = fmax(e.worst, fabs(a - n));
    }
  }
  return e;
}

// How much each element's gradient moves when all values do by `amount` of their size, along one and the same line.
static bool move_along(gchk_diagnosis *d, double amount, double *by) {
  gchk_random random = gchk_random_seeded(1);
  gchk_snapshot *saved = gchk_snapshot_new(d->work->instance, GCHK_SNAPSHOT_VALUES);
  d->is_out_of_memory = d->is_out_of_memory || saved == NULL;
  if (saved == NULL)
    return false;
  gchk_vary_given(d->work->instance, amount, &random);
  const bool is_done = gchk_gradient_for(d, d->work->v[0], by);
  for (size_t i = 0; i < d->total; i++)
    by[i] -= d->tensor->analytic[0][i];
  gchk_snapshot_restore(saved, d->work->instance);
  gchk_snapshot_free(saved);
  return gchk_instance_forward(d->work->instance, NULL) == GCHK_OK && is_done;
}

/*
 * Does the gradient move by so little as the values do? What passes through floats stays as it is, or jumps. False too
 * where the gradient does not depend on the values at all, which says nothing.
 */
static bool moves_smoothly(gchk_diagnosis *d) {
  static const double little = 0x1p-42, more = 0x1p-20, tenth = 0.1;
  size_t smooth = 0;
  double *by_little = gchk_arena_alloc(d->arena, d->total, sizeof *by_little);
  double *by_more = gchk_arena_alloc(d->arena, d->total, sizeof *by_more);
  if (by_little == NULL || by_more == NULL || !move_along(d, little, by_little) || !move_along(d, more, by_more))
    return false;
  for (size_t i = 0; i < d->total; i++)
    smooth +=
        d->fails[i] && by_more[i] != 0 && fabs(by_little[i] * (more / little) - by_more[i]) <= tenth * fabs(by_more[i]);
  return 2 * smooth > d->fail_count;
}

bool gchk_diagnose_precision(gchk_diagnosis *d) {
  const bool is_double = d->t->dtype == GCHK_F64 && d->work->single == NULL; // and no float layer's twin
  if (!is_double || d->fail_count == 0)
    return false;
  const error_size e = size_of_error(d);
  // What a float sum over the whole of it may lose.
  const double loss = GCHK_UNIT_F32 * (8 + 4 * sqrt((double)d->total));
  if (!(e.worst <= loss * e.largest) || (!e.are_floats && moves_smoothly(d)))
    return false;
  gchk_finding *finding = gchk_diagnosis_add(d, GCHK_CODE_SINGLE_PRECISION, d->fail_count,
                                             e.are_floats ? "every wrong value is a float to the last bit, in a double "
                                                            "layer (error up to %.2g of the largest gradient): "
                                                            "computed or stored in single precision"
                                                          : "the error is up to %.2g of the largest gradient, the size "
                                                            "of single precision: float sums or constants in a "
                                                            "double layer, or an eps of that size",
                                             e.worst / e.largest);
  gchk_finding_number(&d->tensor->findings, finding, "relative", e.worst / e.largest);
  return true;
}

static bool report_inexact(gchk_diagnosis *d, const error_size *e) {
  gchk_counting_option counts;
  const gchk_status status = gchk_find_counting_option(d->work, d->tensor, &counts, NULL);
  d->is_out_of_memory = d->is_out_of_memory || status == GCHK_NO_MEMORY;
  if (status != GCHK_OK || !counts.is_found || !(e->worst > 0))
    return false;
  const char *name = d->work->spec->layer->options[counts.option].name;
  const double value = d->work->instance->options[counts.option];
  gchk_finding *finding = gchk_diagnosis_add(
      d, GCHK_CODE_INEXACT_SOLVE, d->fail_count,
      "the error, up to %.2g of the largest gradient, is %.2g times as large with %s = %g for %g: forward's iteration "
      "stops early, and backward is the derivative of what it would come to",
      e->worst / e->largest, counts.part, name, 2 * value, value);
  gchk_finding_text(&d->tensor->findings, finding, "option", "%s", name);
  gchk_finding_number(&d->tensor->findings, finding, "part", counts.part);
  return true;
}

bool gchk_diagnose_small_error(gchk_diagnosis *d) {
  if (d->fail_count == 0)
    return false;
  const error_size e = size_of_error(d);
  if (report_inexact(d, &e))
    return true;
  if (!e.is_small || !(e.worst > 0))
    return false;
  gchk_finding *finding = gchk_diagnosis_add(
      d, GCHK_CODE_SMALL_ERROR, d->fail_count,
      "right to %d digits or more wherever it fails (error up to %.2g of the largest gradient): a constant with few "
      "digits or with an f, an eps, a small term that is left out, or an iteration of forward that stops early",
      (int)fmin(15, fmax(2, floor(-log10(e.worst / e.largest)))), e.worst / e.largest);
  gchk_finding_number(&d->tensor->findings, finding, "relative", e.worst / e.largest);
  return true;
}
