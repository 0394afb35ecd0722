/* Limits of what another order of additions may change: perturbed calls of the layer. */
#include "measure/reordering.h"

#include <math.h>
#include <string.h>

#include "core/memory.h"
#include "instance/conventions.h"
#include "instance/move.h"
#include "instance/precision.h"
#include "instance/snapshot.h"
#include "measure/move_doubles.h"

enum { PERTURBATIONS = 4 };
static const double perturbation = 0x1p-6;
static const double other_roundings = 8, error_bars = 3;

bool gchk_is_same_number(double a, double b) {
  return a == b || (isnan(a) && isnan(b));
}

size_t gchk_first_beyond(const double *a, const double *b, const double *limit, size_t count) {
  enum { TOGETHER = 64 }; // most are the same bytes, which is seen sooner of many
  const unsigned char *bytes_of_a = (const void *)a, *bytes_of_b = (const void *)b;
  size_t k = 0;
  while (k + TOGETHER <= count &&
         memcmp(bytes_of_a + k * sizeof *a, bytes_of_b + k * sizeof *b, TOGETHER * sizeof *a) == 0)
    k += TOGETHER;
  while (k < count && (gchk_is_same_number(a[k], b[k]) || (limit != NULL && fabs(a[k] - b[k]) <= limit[k])))
    k++;
  return k;
}

gchk_status gchk_results_new(gchk_arena *arena, const gchk_instance *instance, gchk_results *results,
                             gchk_error *error) {
  results->y = gchk_arena_alloc(arena, gchk_instance_output_count(instance), sizeof *results->y);
  results->gradient = gchk_arena_alloc(arena, instance->tensor_count, sizeof *results->gradient);
  if (results->y == NULL || results->gradient == NULL)
    return gchk_fail_memory(error, "the results of a call");
  for (size_t i = 0; i < instance->tensor_count; i++) {
    if (!gchk_instance_is_differentiable(instance, i))
      continue;
    results->gradient[i] = gchk_arena_alloc(arena, instance->t[i].count, sizeof **results->gradient);
    if (results->gradient[i] == NULL)
      return gchk_fail_memory(error, "the results of a call");
  }
  return GCHK_OK;
}

gchk_status gchk_results_take(gchk_instance *instance, const double *v, gchk_results *results, gchk_error *error) {
  GCHK_TRY(gchk_instance_forward(instance, error));
  GCHK_TRY(gchk_instance_outputs(instance, results->y, error));
  gchk_instance_start_backward(instance, v);
  GCHK_TRY(gchk_instance_backward(instance, error));
  for (size_t i = 0; i < instance->tensor_count; i++) {
    const gchk_tensor *t = &instance->t[i];
    for (size_t k = 0; results->gradient[i] != NULL && t->grad != NULL && k < t->count; k++)
      results->gradient[i][k] = gchk_tensor_get(t, t->grad, k);
  }
  return GCHK_OK;
}

static void scale(const double *base, size_t count, double unit, double per_change, double factor, double *limit) {
  for (size_t k = 0; k < count; k++)
    limit[k] = factor * fmax(unit * fabs(base[k]), per_change * limit[k]);
}

static bool are_floats(const double *x, size_t count) {
  for (size_t k = 0; k < count; k++)
    if (isfinite(x[k]) && (double)(float)x[k] != x[k])
      return false;
  return true;
}

// A double layer whose results are floats to the last bit is float inside.
static double unit_of_results(const gchk_instance *instance, const gchk_results *base) {
  bool all_floats = are_floats(base->y, gchk_instance_output_count(instance));
  for (size_t i = 0; i < instance->tensor_count && all_floats; i++)
    all_floats = base->gradient[i] == NULL || are_floats(base->gradient[i], instance->t[i].count);
  return fmax(gchk_coarsest_unit(instance), all_floats ? GCHK_UNIT_F32 : 0);
}

static size_t largest_count(const gchk_instance *instance) {
  size_t largest = 1;
  for (size_t i = 0; i < instance->tensor_count; i++)
    largest = instance->t[i].count > largest ? instance->t[i].count : largest;
  return largest;
}

static gchk_status measure_changes(gchk_arena *arena, gchk_instance *instance, const double *v,
                                   const gchk_results *base, double amount, gchk_random *random,
                                   const gchk_snapshot *initial, gchk_results *limits, gchk_error *error) {
  gchk_results moved;
  const size_t m = gchk_instance_output_count(instance);
  double *w = gchk_arena_alloc(arena, m, sizeof *w);
  if (w == NULL)
    return gchk_fail_memory(error, "the results of a call");
  GCHK_TRY(gchk_results_new(arena, instance, &moved, error));
  for (int p = 0; p < PERTURBATIONS; p++) {
    // A gradient that backward takes to be 1 whatever it is given does not change with it.
    for (size_t j = 0; j < m; j++)
      w[j] = v[j] * (1 + amount * gchk_random_uniform(random, -1, 1));
    gchk_vary_given(instance, amount, random);
    gchk_status status = gchk_results_take(instance, w, &moved, error);
    gchk_snapshot_restore(initial, instance);
    GCHK_TRY(status);
    // What is not finite there says nothing: a value on the edge of what the layer is defined for.
    gchk_raise_to_change(limits->y, moved.y, base->y, m, 1);
    for (size_t i = 0; i < instance->tensor_count; i++)
      if (limits->gradient[i] != NULL)
        gchk_raise_to_change(limits->gradient[i], moved.gradient[i], base->gradient[i], instance->t[i].count, 1);
  }
  return GCHK_OK;
}

gchk_status gchk_reordering_limits(gchk_arena *arena, gchk_instance *instance, const double *v,
                                   const gchk_results *base, gchk_random *random, gchk_results *limits,
                                   gchk_error *error) {
  const double unit = unit_of_results(instance, base), amount = fmax(perturbation, 2 * unit);
  const double factor = error_bars * (other_roundings + sqrt((double)largest_count(instance)));
  GCHK_TRY(gchk_results_new(arena, instance, limits, error));
  gchk_snapshot *initial = gchk_snapshot_new(instance, GCHK_SNAPSHOT_VALUES);
  if (initial == NULL)
    return gchk_fail_memory(error, "a copy of the layer's buffers");
  gchk_status status = measure_changes(arena, instance, v, base, amount, random, initial, limits, error);
  gchk_snapshot_free(initial);
  GCHK_TRY(status);
  scale(base->y, gchk_instance_output_count(instance), unit, unit / amount, factor, limits->y);
  for (size_t i = 0; i < instance->tensor_count; i++) {
    if (limits->gradient[i] == NULL)
      continue;
    scale(base->gradient[i], instance->t[i].count, unit, unit / amount, factor, limits->gradient[i]);
    for (size_t k = 0; instance->conventions.rate != 0 && k < instance->t[i].count; k++)
      limits->gradient[i][k] += error_bars * gchk_step_rounding(instance, i, k);
  }
  return GCHK_OK;
}
