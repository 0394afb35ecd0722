/*
 * Output by output: where the projection of all of them has no bound since a few have kinks within the steps, the
 * others still have theirs. sum_j v_j D_j, with errors |v_j| E_j, over those, and the intervals of the few, is what is
 * known.
 *
 * Of many outputs an element moves a few. Those that are bit for bit what they are at x wherever any was evaluated all
 * walk the same way: what is known of one of them is known of all, but for the rounding, which is of each one's size.
 */
#include "numeric/per_output.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "numeric/differentiate.h"
#include "numeric/noise.h"
#include "numeric/recorder.h"
#include "numeric/stencil.h"

static const double useless = 0.02; /* of the steepest slope, the judge's resolution */
static const double apart = 8;      /* times R: slopes to both sides that rounding does not explain */

/* All outputs of a line, wherever one of them was asked for. */
typedef struct walk {
  const gchk_line *line;
  gchk_recorder recorder;
  double *base;            /* outputs at x */
  unsigned char *is_moved; /* a flag an output: at a point that was evaluated it was not what it is at x */
  gchk_derivative d;       /* of the output whose turn it is */
  size_t output;
  bool has_still;               /* an output that never moved was differentiated: */
  gchk_output_derivative still; /* what is known of it */
} walk;

static void note_moved(walk *w, const double *y) {
  for (size_t j = 0; j < w->line->output_count; j++)
    w->is_moved[j] |= !(y[j] == w->base[j]);
}

static gchk_status evaluate(void *context, double x, double *y, gchk_error *error) {
  walk *w = context;
  const size_t evaluations = w->recorder.evaluations;
  const double *outputs;
  GCHK_TRY(gchk_recorder_at(&w->recorder, x, &outputs, error));
  if (w->recorder.evaluations != evaluations)
    note_moved(w, outputs);
  *y = outputs[w->output];
  return GCHK_OK;
}

/* What is known already is not asked for again. */
static gchk_status expect(void *context, const double *x, size_t count, gchk_error *error) {
  const walk *w = context;
  double unknown[GCHK_MOST_EXPECTED];
  size_t left = 0;
  for (size_t i = 0; i < count; i++)
    if (!gchk_recorder_has(&w->recorder, x[i]))
      unknown[left++] = x[i];
  return left == 0 ? GCHK_OK : w->line->expect(w->line->context, unknown, left, error);
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

static gchk_status differentiate_one(walk *w, size_t output, gchk_output_derivative *result, gchk_error *error) {
  static const double one = 1;
  static const gchk_ladder whole = {.whole = true};
  double space[GCHK_DIFFERENTIATE_ONE];
  gchk_line alone = *w->line;
  w->output = output;
  alone.evaluate = evaluate;
  alone.expect = w->line->expect == NULL ? NULL : expect;
  alone.context = w;
  alone.output_count = alone.draw_count = 1;
  alone.y0 = &w->base[output];
  alone.y0_is_exact = true;
  alone.v[0] = &one;
  alone.all = NULL;
  alone.place = NULL;
  alone.jacobian_row = NULL;
  GCHK_TRY(gchk_measure_noise(&alone, space, alone.sigma, NULL, error));
  GCHK_TRY(gchk_differentiate(&alone, &whole, space, &w->d, error));
  *result = read(&w->d, w->line->scale);
  return GCHK_OK;
}

/* Is an output one of those that never moved, of which another one is known? Its rounding is its own. */
static bool is_still(const walk *w, size_t output, gchk_output_derivative *result) {
  if (!w->has_still || w->is_moved[output])
    return false;
  *result = w->still;
  result->bound = result->rounding = gchk_stencil_still_rounding(w->line, w->base[output], w->still.step);
  return isfinite(result->bound);
}

/* The largest step has the least rounding, of whichever output. */
static void keep_still(walk *w, size_t output, const gchk_output_derivative *result) {
  if (w->has_still || w->is_moved[output] || !w->d.is_flat || w->d.smoothness != GCHK_SMOOTH || w->d.chosen != 0)
    return;
  w->has_still = true;
  w->still = *result;
}

static gchk_status start(walk *w, gchk_error *error) {
  const size_t m = w->line->output_count;
  const double *y0;
  w->base = gchk_calloc(m, sizeof *w->base);
  w->is_moved = gchk_calloc(m, sizeof *w->is_moved);
  if (w->base == NULL || w->is_moved == NULL)
    return gchk_fail_memory(error, "the derivatives of single outputs");
  GCHK_TRY(gchk_recorder_at(&w->recorder, w->line->x, &y0, error));
  memcpy(w->base, y0, m * sizeof *y0);
  return GCHK_OK;
}

gchk_status gchk_differentiate_outputs(const gchk_line *line, size_t limit, gchk_output_derivative *results,
                                       bool *is_done, gchk_error *error) {
  walk w;
  w.line = line;
  w.base = NULL;
  w.is_moved = NULL;
  w.has_still = false;
  GCHK_TRY(gchk_recorder_init(&w.recorder, line, limit, is_done, error));
  if (!*is_done)
    return GCHK_OK;
  gchk_status status = start(&w, error);
  for (size_t j = 0; status == GCHK_OK && j < line->output_count; j++) {
    if (is_still(&w, j, &results[j]))
      continue;
    status = differentiate_one(&w, j, &results[j], error);
    if (status == GCHK_OK)
      keep_still(&w, j, &results[j]);
  }
  free(w.is_moved);
  free(w.base);
  gchk_recorder_deinit(&w.recorder);
  return status;
}

bool gchk_outputs_fit(size_t output_count, size_t limit) {
  return gchk_recorder_fits(output_count, limit);
}
