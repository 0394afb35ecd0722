/* The derivative along a line through many variables. */
#include "calls/probe_direction.h"

#include <math.h>

#include "core/memory.h"
#include "instance/meaning.h"
#include "instance/move.h"
#include "numeric/differentiate.h"
#include "numeric/noise.h"

// Is x + t step a number in every element?
static bool is_there(const gchk_direction *d, double t) {
  for (size_t i = 0; i < d->instance->tensor_count; i++)
    for (size_t k = d->moved[i].from; k < d->moved[i].to; k++)
      if (d->step.of[i][k] != 0 && !gchk_tensor_holds(&d->instance->t[i], d->base.of[i][k] + t * d->step.of[i][k]))
        return false;
  return true;
}

// *moved: a tensor that has a step.
static void go_to(const gchk_direction *d, double t, size_t *moved) {
  *moved = d->instance->tensor_count;
  for (size_t i = 0; i < d->instance->tensor_count; i++) {
    const gchk_tensor *tensor = &d->instance->t[i];
    for (size_t k = d->moved[i].from; k < d->moved[i].to; k++) {
      const double step = t == 0 ? 0 : t * d->step.of[i][k]; // a step near the largest numbers may be infinite
      gchk_tensor_set(tensor, tensor->value, k, d->base.of[i][k] + step);
      *moved = d->step.of[i][k] != 0 ? i : *moved;
    }
  }
}

static gchk_status evaluate(void *context, double t, double *y, gchk_error *error) {
  const gchk_direction *d = context;
  size_t moved;
  if (!is_there(d, t)) {
    gchk_no_outputs(y, gchk_instance_output_count(d->instance));
    return GCHK_OK;
  }
  go_to(d, t, &moved);
  GCHK_TRY(gchk_instance_evaluate(d->instance, moved, error));
  return gchk_instance_outputs(d->instance, y, error);
}

static gchk_status forward_at_base(const gchk_direction *d, gchk_error *error) {
  size_t moved;
  go_to(d, 0, &moved);
  return gchk_instance_forward(d->instance, error);
}

// All values, of which go_to writes those that are moved.
static void put_base(const gchk_direction *d) {
  for (size_t i = 0; i < d->instance->tensor_count; i++) {
    const gchk_tensor *tensor = &d->instance->t[i];
    for (size_t k = 0; d->base.of[i] != NULL && k < tensor->count; k++)
      gchk_tensor_set(tensor, tensor->value, k, d->base.of[i][k] + 0.0);
  }
}

static void find_moved(const gchk_direction *d) {
  for (size_t i = 0; i < d->instance->tensor_count; i++) {
    size_t from = 0, to = d->base.of[i] != NULL ? d->instance->t[i].count : 0;
    while (from < to && d->step.of[i][from] == 0)
      from++;
    while (to > from && d->step.of[i][to - 1] == 0)
      to--;
    d->moved[i] = (gchk_span){from, to};
  }
}

// What is declared symmetric is moved so.
static void move_pairs(const gchk_direction *d) {
  for (size_t i = 0; i < d->instance->tensor_count; i++)
    for (size_t k = 0; d->base.of[i] != NULL && k < d->instance->t[i].count; k++) {
      double *one = &d->step.of[i][k], *other = &d->step.of[i][gchk_symmetric_partner(d->instance, i, k)];
      *other = *other != 0 ? *other : *one;
      *one = *other;
    }
}

gchk_status gchk_direction_init(gchk_direction *direction, gchk_probe *probe, gchk_instance *instance,
                                gchk_error *error) {
  const size_t m = probe->work->output_count;
  direction->instance = instance;
  direction->space = gchk_arena_alloc(probe->arena, gchk_differentiate_space(m) + m, sizeof *direction->space);
  direction->moved = gchk_arena_alloc(probe->arena, instance->tensor_count, sizeof *direction->moved);
  if (direction->space == NULL || direction->moved == NULL)
    return gchk_fail_memory(error, "the probes");
  GCHK_TRY(gchk_gradients_new(probe, instance, &direction->base, error));
  GCHK_TRY(gchk_gradients_new(probe, instance, &direction->step, error));
  for (size_t i = 0; i < instance->tensor_count; i++) {
    const gchk_tensor *t = &instance->t[i];
    for (size_t k = 0; direction->base.of[i] != NULL && k < t->count; k++)
      direction->base.of[i][k] = gchk_tensor_get(t, t->value, k);
  }
  return GCHK_OK;
}

/*
 * Rounding x + t step adds up to u |x| to each variable, so u sum |g x| / h to the quotient; only where the step is not
 * zero. Adding n terms of g step loses n u sum |g step|.
 */
static double sum_up(const gchk_direction *d, const gchk_probe *probe, const gchk_gradients *g, double h,
                     double *lost) {
  double slope = 0, terms = 0, scale = gchk_grad_scale(d->instance->layer);
  for (size_t i = 0; i < d->instance->tensor_count; i++) {
    for (size_t k = d->moved[i].from; g->of[i] != NULL && k < d->moved[i].to; k++) {
      double step = d->step.of[i][k], one = g->of[i][k] / scale;
      if (step == 0)
        continue;
      slope += one * step;
      terms += fabs(one) * (fabs(d->base.of[i][k]) / h + (double)probe->largest_count * fabs(step));
    }
  }
  *lost = 2 * probe->unit * terms;
  return slope;
}

gchk_status gchk_direction_slope(const gchk_direction *direction, gchk_probe *probe, const gchk_gradients *g,
                                 gchk_derivative *derivative, double *slope, gchk_error *error) {
  size_t m = probe->work->output_count;
  gchk_direction here = *direction;
  double *space = direction->space, *y0 = space + gchk_differentiate_space(m);
  move_pairs(&here);
  find_moved(&here);
  put_base(&here);
  // What a surrogate finds in caches is of the base.
  if (gchk_has_surrogate(here.instance->layer))
    GCHK_TRY(forward_at_base(&here, error));
  GCHK_TRY(evaluate(&here, 0, y0, error));
  gchk_line line = {.evaluate = evaluate,
                    .context = &here,
                    .output_count = m,
                    .x = 0,
                    .scale = 1,
                    .variable_unit = probe->unit,
                    .output_unit = probe->unit,
                    .y0 = y0,
                    .y0_is_exact = true,
                    .draw_count = 1,
                    .v = {probe->upstream}};
  GCHK_TRY(gchk_measure_noise(&line, space, line.sigma, NULL, error));
  const gchk_ladder ladder = {.fixed_step = 0};
  GCHK_TRY(gchk_differentiate(&line, &ladder, space, derivative, error));
  double lost = 0;
  *slope = sum_up(direction, probe, g, derivative->step, &lost);
  derivative->bound += lost;
  derivative->rounding += lost;
  return forward_at_base(&here, error);
}
