/*
 * Output by output: where the projection of all of them has no bound since a few have kinks within the steps, the
 * others still have theirs. sum_j v_j D_j, with errors |v_j| E_j, over those, and the intervals of the few, is what is
 * known.
 */
#include "numeric/per_output.h"

#include <math.h>
#include <stdlib.h>

#include "core/memory.h"
#include "numeric/differentiate.h"
#include "numeric/noise.h"
#include "numeric/recorder.h"

static const double useless = 0.02; /* of the steepest slope, the judge's resolution */
static const double apart = 8;      /* times R: slopes to both sides that rounding does not explain */

typedef struct single {
  gchk_recorder *recorder;
  size_t output;
} single;

static gchk_status evaluate(void *context, double x, double *y, gchk_error *error) {
  single *self = context;
  const double *outputs;
  GCHK_TRY(gchk_recorder_at(self->recorder, x, &outputs, error));
  *y = outputs[self->output];
  return GCHK_OK;
}

/* Up to steps of s/8: beyond, the function may do what it likes. */
static double steepest(const gchk_derivative *d, double scale) {
  double steepest = fabs(isfinite(d->value) ? d->value : 0);
  for (size_t k = 0; k < d->rung_count; k++) {
    const gchk_rung *rung = &d->rungs[k];
    double larger = fmax(fabs(rung->slope_plus), fabs(rung->slope_minus));
    if (rung->step_plus <= scale && isfinite(larger) && larger > 4 * rung->rounding)
      steepest = fmax(steepest, larger);
  }
  return steepest;
}

/* The two slopes at the smallest step at which they are apart: the way to the kink is shorter than that. */
static bool find_interval(const gchk_derivative *d, gchk_output_derivative *result) {
  for (size_t k = d->rung_count; k > 0; k--) {
    const gchk_rung *rung = &d->rungs[k - 1];
    if (!(fabs(rung->slope_plus - rung->slope_minus) > apart * rung->rounding))
      continue;
    result->slope_low = fmin(rung->slope_plus, rung->slope_minus) - 2 * rung->rounding;
    result->slope_high = fmax(rung->slope_plus, rung->slope_minus) + 2 * rung->rounding;
    return true;
  }
  return false;
}

static gchk_output_derivative read(const gchk_derivative *d, double scale) {
  gchk_output_derivative result = {.value = d->value,
                                   .bound = d->bound,
                                   .step = d->step,
                                   .rounding = d->rounding,
                                   .smoothness = d->smoothness,
                                   .is_flat = d->is_flat,
                                   .is_exact_zero = d->is_exact_zero,
                                   .slope_low = d->slope_low,
                                   .slope_high = d->slope_high};
  if (d->smoothness == GCHK_KINKED) {
    result.has_kink = result.is_useless = true;
    return result;
  }
  result.is_useless = !d->is_flat && !(d->bound <= useless * steepest(d, scale));
  result.has_kink = result.is_useless && find_interval(d, &result);
  return result;
}

static gchk_status differentiate_one(const gchk_line *line, gchk_recorder *recorder, size_t output, const double *y0,
                                     gchk_derivative *d, gchk_output_derivative *result, gchk_error *error) {
  static const double one = 1;
  static const gchk_ladder whole = {.whole = true};
  double space[GCHK_DIFFERENTIATE_ONE];
  single self = {recorder, output};
  gchk_line alone = *line;
  alone.evaluate = evaluate;
  alone.expect = NULL;
  alone.context = &self;
  alone.output_count = alone.draw_count = 1;
  alone.y0 = &y0[output];
  alone.y0_is_exact = true;
  alone.v[0] = &one;
  alone.jacobian_row = NULL;
  GCHK_TRY(gchk_measure_noise(&alone, space, alone.sigma, NULL, error));
  GCHK_TRY(gchk_differentiate(&alone, &whole, space, d, error));
  *result = read(d, line->scale);
  return GCHK_OK;
}

gchk_status gchk_differentiate_outputs(const gchk_line *line, size_t limit, gchk_output_derivative *results,
                                       bool *is_done, gchk_error *error) {
  gchk_recorder recorder;
  GCHK_TRY(gchk_recorder_init(&recorder, line, limit, is_done, error));
  if (!*is_done)
    return GCHK_OK;
  size_t m = line->output_count;
  gchk_status status = GCHK_OK;
  double *base = gchk_calloc(m, sizeof *base);
  gchk_derivative *d = gchk_calloc(1, sizeof *d);
  if (base == NULL || d == NULL)
    status = gchk_fail_memory(error, "the derivatives of single outputs");
  const double *y0 = NULL;
  if (status == GCHK_OK)
    status = gchk_recorder_at(&recorder, line->x, &y0, error);
  for (size_t j = 0; status == GCHK_OK && j < m; j++)
    base[j] = y0[j];
  for (size_t j = 0; status == GCHK_OK && j < m; j++)
    status = differentiate_one(line, &recorder, j, base, d, &results[j], error);
  free(d);
  free(base);
  gchk_recorder_deinit(&recorder);
  return status;
}
