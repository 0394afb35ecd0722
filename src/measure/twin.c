/*
 * f32 layers that have a double twin from the same source.
 *
 * The twin is differentiated, at the values that the f32 instance holds, so that differences cost no digits; the f32
 * backward is then compared with a bound of its own, c(n) u32 sum |terms| (Higham, Accuracy and Stability of Numerical
 * Algorithms, 2nd ed., chapter 3). What the sum of the terms' magnitudes is, no array shows; but moving every value
 * that backward reads by one unit of f32 moves its result by about u32 times the root of the sum of their squares. So
 * the twin's own backward is called at a few such points, and c(n) = 8 + sqrt(n), three of which the judge allows,
 * covers the way from there to n additions in f32 one after the other.
 */
#include "measure/twin.h"

#include <math.h>

#include "core/memory.h"
#include "instance/precision.h"
#include "instance/roles.h"
#include "measure/analytic.h"
#include "measure/case_instance.h"
#include "measure/twin_match.h"

enum { PERTURBATIONS = 4 };

static size_t longest_sum(const gchk_instance *instance) {
  size_t longest = 1;
  for (size_t i = 0; i < instance->tensor_count; i++)
    for (size_t d = 0; d < instance->t[i].shape.rank; d++)
      longest = instance->t[i].shape.dim[d] > longest ? instance->t[i].shape.dim[d] : longest;
  return longest;
}

// The twin's values are those of the f32 instance, each moved by up to `amount` of itself.
static void copy_values(const gchk_instance *from, gchk_instance *to, double amount, gchk_random *random) {
  for (size_t i = 0; i < from->tensor_count; i++) {
    if (!gchk_role_is_given(from->t[i].role))
      continue;
    bool moves = amount > 0 && (from->t[i].role == GCHK_INPUT || from->t[i].role == GCHK_PARAMETER);
    for (size_t e = 0; e < from->t[i].count; e++) {
      double x = gchk_tensor_get(&from->t[i], from->t[i].value, e);
      if (moves)
        x *= 1 + amount * gchk_random_uniform(random, -1, 1);
      gchk_tensor_set(&to->t[i], to->t[i].value, e, x);
    }
  }
}

/*
 * What backward reads of forward was rounded when it was stored: y - t for a y near 1 has the error of y, however
 * small the difference is, and no change of an input shows that.
 */
static void move_stored_values(gchk_instance *twin, gchk_random *random) {
  for (size_t i = 0; i < twin->tensor_count; i++) {
    const gchk_tensor *t = &twin->t[i];
    if ((t->role != GCHK_CACHE && t->role != GCHK_OUTPUT) || t->dtype != GCHK_F64)
      continue;
    for (size_t e = 0; e < t->count; e++)
      gchk_tensor_set(t, t->value, e,
                      gchk_tensor_get(t, t->value, e) * (1 + GCHK_UNIT_F32 * gchk_random_uniform(random, -1, 1)));
  }
}

static gchk_status measure_slack(gchk_case_work *work, const gchk_instance *single, size_t draw, double *const *exact,
                                 double *const *moved, gchk_error *error) {
  double *v = gchk_arena_alloc(work->scratch, work->output_count, sizeof *v);
  if (v == NULL)
    return gchk_fail_memory(error, "a double twin");
  GCHK_TRY(gchk_analytic_gradients(work, work->v[draw], exact, error));
  double factor = 8 + sqrt((double)longest_sum(work->instance));
  for (size_t p = 0; p < PERTURBATIONS; p++) {
    copy_values(single, work->instance, GCHK_UNIT_F32, &work->random);
    for (size_t j = 0; j < work->output_count; j++)
      v[j] = work->v[draw][j] * (1 + GCHK_UNIT_F32 * gchk_random_uniform(&work->random, -1, 1));
    GCHK_TRY(gchk_instance_forward(work->instance, error));
    move_stored_values(work->instance, &work->random);
    GCHK_TRY(gchk_backward_gradients(work, v, moved, error));
    for (size_t k = 0; k < work->tensor_count; k++)
      for (size_t e = 0; e < work->tensors[k].total; e++)
        work->tensors[k].slack[draw][e] =
            fmax(work->tensors[k].slack[draw][e], factor * fabs(moved[k][e] - exact[k][e]));
  }
  for (size_t k = 0; k < work->tensor_count; k++)
    for (size_t e = 0; e < work->tensors[k].total; e++)
      work->tensors[k].slack[draw][e] += 4 * GCHK_UNIT_F32 * fabs(exact[k][e]);
  copy_values(single, work->instance, 0, NULL);
  return GCHK_OK;
}

gchk_status gchk_use_twin(gchk_case_work *work, gchk_error *error) {
  gchk_instance *single = work->instance;
  gchk_instance *twin = NULL;
  double **exact = gchk_arena_alloc(work->scratch, work->tensor_count, sizeof *exact);
  double **moved = gchk_arena_alloc(work->scratch, work->tensor_count, sizeof *moved);
  double **analytic = gchk_arena_alloc(work->scratch, work->tensor_count, sizeof *analytic);
  if (exact == NULL || moved == NULL || analytic == NULL)
    return gchk_fail_memory(error, "a double twin");
  for (size_t k = 0; k < work->tensor_count; k++) {
    gchk_tensor_work *tensor = &work->tensors[k];
    exact[k] = gchk_arena_alloc(work->scratch, tensor->total, sizeof(double));
    moved[k] = gchk_arena_alloc(work->scratch, tensor->total, sizeof(double));
    if (exact[k] == NULL || moved[k] == NULL)
      return gchk_fail_memory(error, "a double twin");
    for (size_t d = 0; d < work->draw_count; d++) {
      tensor->slack[d] = gchk_arena_alloc(work->scratch, tensor->total, sizeof(double));
      if (tensor->slack[d] == NULL)
        return gchk_fail_memory(error, "a double twin");
    }
  }
  for (size_t d = 0; d < work->draw_count; d++) {
    for (size_t k = 0; k < work->tensor_count; k++)
      analytic[k] = work->tensors[k].analytic[d];
    GCHK_TRY(gchk_analytic_gradients(work, work->v[d], analytic, error));
    gchk_find_largest(work, d);
  }
  gchk_case spec = *work->spec;
  spec.layer = single->layer->twin;
  GCHK_TRY(gchk_case_instance(&spec, work->options->seed, &twin, error));
  work->instance = twin;
  gchk_status status = gchk_twin_matches(work, single, error);
  if (status == GCHK_OK)
    copy_values(single, twin, 0, NULL);
  for (size_t d = 0; d < work->draw_count && status == GCHK_OK; d++)
    status = measure_slack(work, single, d, exact, moved, error);
  if (status == GCHK_OK)
    status = gchk_instance_forward(twin, error);
  if (status == GCHK_OK)
    status = gchk_instance_outputs(twin, work->y, error);
  work->single = single;
  return status;
}
