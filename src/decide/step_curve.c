/*
 * The step curve.
 *
 * Rungs of different elements are put together by the octave of their step. The observed order is the slope of
 * log |error| over log h where truncation rules: from the largest step down, as long as the median falls by at least
 * half of what second order would make it fall.
 */
#include "decide/step_curve.h"
#include "core/statistics.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>

enum { OCTAVES = 2 }; // steps are powers of 4: one bin a rung, whatever the scale of the element

void gchk_step_curve_add(gchk_step_curve_data *data, const gchk_derivative *derivative, double analytic) {
  if (data->count == GCHK_STEP_CURVE_ELEMENTS)
    return;
  size_t used = 0;
  for (size_t k = 0; k < derivative->rung_count; k++) {
    const gchk_rung *rung = &derivative->rungs[k];
    const double error = fabs(analytic - rung->difference), step = rung->step_plus / 2 + rung->step_minus / 2;
    if (!isfinite(error) || !(step > 0) || !isfinite(step))
      continue;
    data->rungs[data->count][used].step = step;
    data->rungs[data->count][used].error = error;
    data->rungs[data->count][used].bound = rung->bound;
    used++;
  }
  data->rung_counts[data->count++] = used;
}

static int bin_of(double step) {
  return (int)floor(log2(step) / OCTAVES);
}

// The highest bin below `above` that has a rung: a step that was given may be any number of octaves off the others.
static bool next_bin(const gchk_step_curve_data *data, int above, int *bin) {
  *bin = INT_MIN;
  for (size_t i = 0; i < data->count; i++)
    for (size_t k = 0; k < data->rung_counts[i]; k++) {
      const int other = bin_of(data->rungs[i][k].step);
      *bin = other < above && other > *bin ? other : *bin;
    }
  return *bin > INT_MIN;
}

static void fill_point(const gchk_step_curve_data *data, int bin, double largest, gchk_step_point *point) {
  double steps[GCHK_STEP_CURVE_ELEMENTS * 2], errors[GCHK_STEP_CURVE_ELEMENTS * 2],
      bounds[GCHK_STEP_CURVE_ELEMENTS * 2];
  size_t n = 0;
  for (size_t i = 0; i < data->count; i++) {
    for (size_t k = 0; k < data->rung_counts[i] && n < GCHK_STEP_CURVE_ELEMENTS * 2; k++) {
      if (bin_of(data->rungs[i][k].step) != bin)
        continue;
      steps[n] = data->rungs[i][k].step;
      errors[n] = data->rungs[i][k].error / largest;
      bounds[n++] = data->rungs[i][k].bound / largest;
    }
  }
  gchk_sort(steps, n);
  gchk_sort(errors, n);
  gchk_sort(bounds, n);
  *point = (gchk_step_point){.step = gchk_quantile(steps, n, 0.5),
                             .median = gchk_quantile(errors, n, 0.5),
                             .low = gchk_quantile(errors, n, 0.1),
                             .high = gchk_quantile(errors, n, 0.9),
                             .worst = errors[n - 1],
                             .bound = gchk_quantile(bounds, n, 0.5),
                             .elements = n};
}

static void observe_order(gchk_step_curve *step_curve) {
  step_curve->order = (double)NAN;
  step_curve->decades = 0;
  size_t last = 0;
  const gchk_step_point *p = step_curve->points;
  while (last + 1 < step_curve->point_count && p[last + 1].median > 0 &&
         log(p[last].median / p[last + 1].median) > log(p[last].step / p[last + 1].step))
    last++;
  // Two points make a slope and no evidence.
  if (last < 2)
    return;
  size_t first = last >= 3 ? 1 : 0; // the largest step is often outside the asymptotic range
  step_curve->order = log(p[first].median / p[last].median) / log(p[first].step / p[last].step);
  step_curve->decades = log10(p[first].step / p[last].step);
}

bool gchk_step_curve_finish(const gchk_step_curve_data *data, gchk_arena *arena, double largest,
                            gchk_step_curve *step_curve) {
  *step_curve = (gchk_step_curve){.order = (double)NAN};
  size_t rungs = 0;
  for (size_t i = 0; i < data->count; i++)
    rungs += data->rung_counts[i];
  if (rungs == 0)
    return true;
  step_curve->points = gchk_arena_alloc(arena, rungs, sizeof *step_curve->points);
  if (step_curve->points == NULL)
    return false;
  for (int above = INT_MAX, bin; next_bin(data, above, &bin); above = bin)
    fill_point(data, bin, largest > 0 ? largest : 1, &step_curve->points[step_curve->point_count++]);
  observe_order(step_curve);
  return true;
}
