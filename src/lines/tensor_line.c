/*
 * The lines along the elements of one tensor.
 *
 * A perturbed element is evaluated by the layer's `vary`, or its `update`, where it has one and the audit found it to
 * agree with forward, and by forward otherwise.
 */
#include "lines/tensor_line.h"

#include <math.h>

#include "core/largest.h"
#include "core/memory.h"
#include "instance/meaning.h"
#include "instance/move.h"
#include "instance/precision.h"
#include "lines/update_audit.h"
#include "lines/ways.h"
#include "measure/variable.h"
#include "measure/vary.h"
#include "numeric/differentiate.h"

void gchk_tensor_line_set(const gchk_tensor_line *l, double x) {
  gchk_tensor_set(l->t, l->t->value, l->element, x);
  gchk_tensor_set(l->t, l->t->value, l->partner, x);
}

gchk_status gchk_tensor_line_vary(const gchk_tensor_line *l, const size_t *elements, const double *values,
                                  double *losses, size_t count, gchk_error *error) {
  double base;
  bool done;
  const gchk_variants variants = {
      .tensor = l->tensor->index, .count = count, .element = elements, .value = values, .loss = losses, .base = &base};
  GCHK_TRY(gchk_vary(l->work->instance, &variants, &done, error));
  if (!done)
    return gchk_fail(error, GCHK_LAYER_FAILED, "vary does not do what it did before for %s", l->t->name);
  const bool is_double = l->t->dtype == GCHK_F64; // the rest is slower
  if (is_double && isfinite(gchk_largest_size(values, count)))
    return GCHK_OK;
  for (size_t k = 0; k < count; k++)
    if (is_double ? !isfinite(values[k]) : !gchk_tensor_holds(l->t, values[k]))
      losses[k] = (double)NAN;
  return GCHK_OK;
}

static gchk_status evaluate(void *context, double x, double *y, gchk_error *error) {
  gchk_tensor_line *l = context;
  gchk_instance *instance = l->work->instance;
  bool done = false;
  if (!gchk_tensor_holds(l->t, x)) {
    gchk_no_outputs(y, l->line.output_count);
    return GCHK_OK;
  }
  if (l->varies)
    return gchk_foreseen_find(&l->foreseen, x, y) ? GCHK_OK : gchk_tensor_line_vary(l, &l->element, &x, y, 1, error);
  // The tensor may be one of those that are put back: a network's intermediate value.
  if (l->snapshot != NULL)
    gchk_snapshot_restore(l->snapshot, instance);
  gchk_tensor_line_set(l, x);
  if (l->snapshot != NULL)
    GCHK_TRY(gchk_instance_update(instance, l->tensor->index, l->element, &done, error));
  if (!done)
    GCHK_TRY(gchk_instance_evaluate(instance, l->tensor->index, error));
  return gchk_instance_outputs(instance, y, error);
}

/* Many points of a tensor that varies cost little more than one. */
static gchk_status expect(void *context, const double *x, size_t count, gchk_error *error) {
  gchk_tensor_line *l = context;
  size_t elements[GCHK_MOST_EXPECTED];
  if (!l->varies)
    return GCHK_OK;
  const size_t first = gchk_foreseen_add(&l->foreseen, x, count), added = l->foreseen.count - first;
  for (size_t k = 0; k < added; k++)
    elements[k] = l->element;
  return added == 0 ? GCHK_OK
                    : gchk_tensor_line_vary(l, elements, l->foreseen.x + first, l->foreseen.y + first, added, error);
}

/* A double twin computes in double, whatever precision the layer declares. */
static bool has_twin(const gchk_case_work *work) {
  return work->single != NULL;
}

/* The surrogate's own outputs at the point; what it finds in caches is what forward leaves there. */
static gchk_status start_surrogate(gchk_tensor_line *l, gchk_error *error) {
  gchk_instance *instance = l->work->instance;
  double *y0 = gchk_arena_alloc(l->work->scratch, l->work->output_count, sizeof *y0);
  if (y0 == NULL)
    return gchk_fail_memory(error, "a surrogate");
  GCHK_TRY(gchk_instance_forward(instance, error));
  GCHK_TRY(gchk_instance_evaluate(instance, l->tensor->index, error));
  GCHK_TRY(gchk_instance_outputs(instance, y0, error));
  for (size_t j = 0; j < l->work->output_count; j++)
    if (!isfinite(y0[j]))
      return gchk_fail(error, GCHK_LAYER_FAILED, "surrogate gives %g at output %zu of %zu where forward is finite",
                       y0[j], j, l->work->output_count);
  l->line.y0 = y0;
  return GCHK_OK;
}

gchk_status gchk_tensor_line_open_plain(gchk_tensor_line *l, gchk_case_work *work, gchk_tensor_work *tensor,
                                        gchk_error *error) {
  *l = (gchk_tensor_line){.work = work, .tensor = tensor, .t = &work->instance->t[tensor->index]};
  l->rms = gchk_root_mean_square(l->t);
  l->fixed_step = work->spec->step > 0 ? work->spec->step : work->options->step;
  tensor->has_fixed_step = l->fixed_step > 0;
  l->space = gchk_arena_alloc(work->scratch, gchk_differentiate_space(work->output_count), sizeof(double));
  if (l->space == NULL)
    return gchk_fail_memory(error, "differentiation");
  l->output_unit = has_twin(work) ? GCHK_UNIT_F64 : gchk_output_unit(work->instance);
  l->line = (gchk_line){
      .evaluate = evaluate,
      .expect = expect,
      .context = l,
      .output_count = work->output_count,
      .variable_unit = has_twin(work) ? gchk_unit_of(l->t->dtype) : gchk_tensor_unit(work->instance, tensor->index),
      .output_unit = l->output_unit,
      .y0 = work->y,
      .y0_is_exact = true,
      .draw_count = work->draw_count,
  };
  for (size_t d = 0; d < work->draw_count; d++)
    l->line.v[d] = work->v[d];
  return gchk_surrogate_of(work->instance->layer, tensor->index) == NULL ? GCHK_OK : start_surrogate(l, error);
}

gchk_status gchk_tensor_line_open(gchk_tensor_line *l, gchk_case_work *work, gchk_tensor_work *tensor,
                                  gchk_error *error) {
  GCHK_TRY(gchk_tensor_line_open_plain(l, work, tensor, error));
  if (gchk_can_update(work, tensor))
    GCHK_TRY(gchk_audit_vary(work, tensor, &l->varies, &l->base, &l->has_no_effect, error));
  if (l->varies)
    l->line.y0 = &l->base;
  else if (gchk_can_update(work, tensor))
    GCHK_TRY(gchk_audit_update(work, tensor, &l->snapshot, error));
  tensor->uses_update = l->varies || l->snapshot != NULL;
  // Without them there is no way to change an intermediate value: forward would write it anew.
  l->is_out_of_reach = !tensor->uses_update && gchk_instance_is_inner_value(work->instance, tensor->index);
  l->line.y0_is_exact = l->snapshot == NULL;
  return GCHK_OK;
}

void gchk_tensor_line_go_by_forward(gchk_tensor_line *l) {
  gchk_tensor_line_close(l);
  l->varies = l->tensor->uses_update = false;
  l->has_no_effect = NULL;
  l->is_out_of_reach = gchk_instance_is_inner_value(l->work->instance, l->tensor->index);
  l->line.y0 = l->work->y;
  l->line.y0_is_exact = true;
}

void gchk_tensor_line_close(gchk_tensor_line *l) {
  gchk_snapshot_free(l->snapshot);
  l->snapshot = NULL;
}

void gchk_tensor_line_use_noise(const gchk_tensor_line *l, const double *sigma, gchk_line *line) {
  line->output_unit = l->output_unit;
  for (size_t d = 0; d < line->draw_count; d++)
    line->sigma[d] = sigma[d];
  if (has_twin(l->work))
    return;
  gchk_use_declared_unit(l->work->instance, line);
  for (size_t d = 0; d < line->draw_count; d++)
    line->sigma[d] += l->work->variation[d];
}

void gchk_tensor_line_aim(gchk_tensor_line *l, size_t element) {
  l->element = element;
  l->foreseen.count = 0;
  l->partner = gchk_symmetric_partner(l->work->instance, l->tensor->index, element);
  l->line.x = gchk_tensor_get(l->t, l->t->value, element);
  l->line.scale = gchk_scale_of(l->line.x, l->rms);
  l->line.jacobian_row = l->tensor->jacobian == NULL ? NULL : l->tensor->jacobian + element * l->line.output_count;
  if (!l->is_part)
    gchk_tensor_line_use_noise(l, l->tensor->sigma, &l->line);
}

void gchk_tensor_line_restore(gchk_tensor_line *l) {
  gchk_tensor_line_set(l, l->line.x);
}

static gchk_status differentiate(gchk_tensor_line *l, const gchk_ladder *ladder, gchk_derivative *result,
                                 gchk_error *error) {
  gchk_status status = gchk_differentiate(&l->line, ladder, l->space, result, error);
  gchk_tensor_line_restore(l);
  return status;
}

gchk_status gchk_tensor_line_differentiate(gchk_tensor_line *l, gchk_derivative *result, gchk_error *error) {
  const gchk_ladder ladder = {.fixed_step = l->fixed_step, .start = l->tensor->start};
  return differentiate(l, &ladder, result, error);
}

gchk_status gchk_tensor_line_differentiate_whole(gchk_tensor_line *l, const double *question, gchk_derivative *result,
                                                 gchk_error *error) {
  const gchk_ladder ladder = {.fixed_step = l->fixed_step, .question = question, .whole = true};
  return differentiate(l, &ladder, result, error);
}

gchk_status gchk_tensor_line_differentiate_between(gchk_tensor_line *l, const double *question, gchk_derivative *result,
                                                   gchk_error *error) {
  const gchk_ladder ladder = {.question = question, .whole = true, .is_between = true};
  return differentiate(l, &ladder, result, error);
}
