/*
 * Far slack.
 *
 * (1 - cos t)/t^2 has 1 - cos t in units of u, which is u/t^2 of it: a thousand moves of t by u leave it as it is, and
 * slack (measure/slack.h) sees nothing of what backward loses there. Moves by d do that are larger than u/t^2, and what
 * the gradient itself changes by goes out of the second difference as long as d^2 is little beside u:
 *
 *     slack = 8 med_p |(g(x (1 + d r_p)) + c g(x (1 - d r_p/c)))/(1 + c) - g(x)|,
 *     d = 4 sqrt(u),   c = 1.618,   p = 1..3
 *
 * The ways are in no ratio: at equal ways the rounding to a grid is on average what it is at x.
 * The median, for a move may carry a value over a kink. What bends leaves some 16 u of it: too much for the slack of
 * every element, and nothing beside a mistake.
 */
#include "decide/far_slack.h"

#include <math.h>

#include "core/memory.h"
#include "decide/output_look.h"
#include "instance/precision.h"
#include "instance/roles.h"
#include "instance/snapshot.h"
#include "measure/move_values.h"

enum { MOVES = 3 };
static const double times_the_median = 8, golden = 1.618, way = 4; /* way: over sqrt(u) */

static gchk_status gradient_moved(gchk_tensor_line *l, const double *v, const gchk_snapshot *values, double units,
                                  uint64_t number, double *gradient, gchk_error *error) {
  gchk_instance *instance = l->work->instance;
  for (size_t i = 0; i < instance->tensor_count; i++) {
    const gchk_mover by = {.unit = gchk_tensor_unit(instance, i), .units = units, .seed = number};
    if (gchk_role_is_moved(instance->t[i].role))
      gchk_move_values(&instance->t[i], &by);
  }
  const gchk_status status = gchk_line_gradient(l, v, gradient, error);
  gchk_snapshot_restore(values, instance);
  return status;
}

static double median(double a, double b, double c) {
  return fmax(fmin(a, b), fmin(fmax(a, b), c));
}

/* The slack of all elements in one draw, for which `space` has room for so many each; NaN where there is none. */
static gchk_status measure(gchk_tensor_line *l, size_t draw, const gchk_snapshot *values, double *space[MOVES + 1],
                           gchk_error *error) {
  const size_t total = l->tensor->total;
  const double unit = gchk_coarsest_unit(l->work->instance), units = way / sqrt(unit);
  double *ahead = space[MOVES], *exact = l->far_slack[draw];
  GCHK_TRY(gchk_line_gradient(l, l->line.v[draw], exact, error));
  for (size_t p = 0; p < MOVES; p++) {
    GCHK_TRY(gradient_moved(l, l->line.v[draw], values, units, 2 * p + 1, ahead, error));
    GCHK_TRY(gradient_moved(l, l->line.v[draw], values, -units / golden, 2 * p + 1, space[p], error));
    for (size_t e = 0; e < total; e++)
      space[p][e] = fabs((ahead[e] - exact[e]) + golden * (space[p][e] - exact[e])) / (1 + golden);
  }
  for (size_t e = 0; e < total; e++)
    exact[e] = times_the_median * median(space[0][e], space[1][e], space[2][e]);
  return GCHK_OK;
}

static gchk_status measure_all(gchk_tensor_line *l, const gchk_snapshot *values, gchk_error *error) {
  gchk_case_work *work = l->work;
  double *space[MOVES + 1];
  gchk_error unused;
  bool has_all = values != NULL;
  for (size_t i = 0; i <= MOVES; i++) {
    space[i] = gchk_arena_alloc(work->scratch, l->tensor->total, sizeof(double));
    has_all = has_all && space[i] != NULL;
  }
  for (size_t d = 0; d < work->draw_count; d++) {
    l->far_slack[d] = gchk_arena_alloc(work->scratch, l->tensor->total, sizeof(double));
    has_all = has_all && l->far_slack[d] != NULL;
  }
  if (!has_all)
    return gchk_fail_memory(error, "the conditioning of gradients");
  for (size_t d = 0; d < work->draw_count; d++) {
    const gchk_status status = measure(l, d, values, space, &unused);
    if (status == GCHK_NO_MEMORY)
      return gchk_fail_memory(error, "the conditioning of gradients");
    for (size_t e = 0; e < l->tensor->total && status != GCHK_OK; e++) // the layer has no gradient there
      l->far_slack[d][e] = (double)NAN;
  }
  return GCHK_OK;
}

static gchk_status measure_once(gchk_tensor_line *l, gchk_error *error) {
  gchk_instance *instance = l->work->instance;
  if (l->far_slack[0] != NULL)
    return GCHK_OK;
  gchk_snapshot *values = gchk_snapshot_new(instance, GCHK_SNAPSHOT_VALUES);
  const gchk_status status = measure_all(l, values, error);
  gchk_snapshot_free(values);
  GCHK_TRY(status);
  return gchk_instance_forward(instance, error);
}

gchk_status gchk_ask_far_slack(gchk_tensor_line *l, gchk_look *look, gchk_error *error) {
  const gchk_instance *instance = l->work->instance;
  if (l->work->single != NULL || gchk_coarsest_unit(instance) > GCHK_UNIT_F32 ||
      gchk_instance_is_inner_value(instance, l->tensor->index))
    return GCHK_OK;
  GCHK_TRY(measure_once(l, error));
  for (size_t d = 0; d < l->line.draw_count; d++) {
    gchk_allowance wider = look->allowance[d];
    wider.slack = fmax(wider.slack, l->far_slack[d][l->element]); // passes over NaN
    if (look->judgement[d].verdict != GCHK_FAIL || !isfinite(wider.slack))
      continue;
    const gchk_judgement again = gchk_judge(look->analytic[d], &look->derivative[d], &wider);
    if (again.verdict == GCHK_FAIL)
      continue;
    look->judgement[d] = again;
    look->allowance[d] = wider;
    look->slack[d] = wider.slack;
  }
  gchk_look_sum_up(look, l->line.draw_count);
  return GCHK_OK;
}
