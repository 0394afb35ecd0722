/* Numeric gradients of one tensor, element by element, each judged as it comes. */
#include "decide/differentiate_tensor.h"

#include "core/memory.h"
#include "decide/decide_elements.h"
#include "decide/decide_groups.h"
#include "decide/output_look.h"
#include "decide/pilot.h"
#include "decide/step_curve.h"
#include "decide/tally.h"
#include "lines/jobs.h"
#include "measure/tensor_work.h"

typedef struct curve_samples {
  gchk_step_curve_data data;
  size_t count, element[GCHK_STEP_CURVE_ELEMENTS];
  gchk_derivative derivative[GCHK_STEP_CURVE_ELEMENTS][GCHK_MAX_DRAWS];
} curve_samples;

// The whole ladder is for the curve alone; what judges this element is what judges every other.
static gchk_status take_whole_ladder(void *context, gchk_tensor_line *l, size_t element, gchk_error *error) {
  curve_samples *samples = context;
  size_t k = 0;
  while (samples->element[k] != element)
    k++;
  gchk_tensor_line_aim(l, element);
  return gchk_tensor_line_differentiate_whole(l, NULL, samples->derivative[k], error);
}

static gchk_status find_curve(gchk_tensor_line *l, gchk_groups *groups, gchk_error *error) {
  gchk_tensor_work *tensor = l->tensor;
  curve_samples *s = gchk_arena_alloc(l->work->scratch, 1, sizeof *s);
  if (s == NULL)
    return gchk_fail_memory(error, "a step curve");
  const size_t share = tensor->checked_count / GCHK_STEP_CURVE_ELEMENTS, stride = share > 0 ? share : 1;
  const bool is_whole = tensor->checked_count == tensor->total; // a sample is to be cheap
  for (size_t k = stride / 2; is_whole && k < tensor->checked_count && s->count < GCHK_STEP_CURVE_ELEMENTS; k += stride)
    s->element[s->count++] = tensor->checked[k];
  const gchk_line_job job = {.attempt = take_whole_ladder, .context = s, .is_ladder = true};
  GCHK_TRY(gchk_do_job(groups, l, &job, s->element, s->count, error));
  for (size_t k = 0; k < s->count; k++)
    gchk_step_curve_add(&s->data, s->derivative[k], tensor->analytic[0][s->element[k]]);
  if (!gchk_step_curve_finish(&s->data, l->work->arena, tensor->largest[0], &tensor->step_curve))
    return gchk_fail_memory(error, "a step curve");
  return GCHK_OK;
}

/* As if nothing had been decided: the gradient is that of all outputs, whichever decided an element (output_look.h). */
static gchk_status find_analytic_again(gchk_tensor_line *l, gchk_error *error) {
  for (size_t d = 0; d < l->work->draw_count && l->work->output_count > 1; d++)
    GCHK_TRY(gchk_line_gradient(l, l->work->v[d], l->tensor->analytic[d], error));
  return gchk_instance_forward(l->work->instance, error);
}

static gchk_status elements(gchk_tensor_line *l, gchk_groups *groups, gchk_error *error) {
  gchk_look *look = gchk_arena_alloc(l->work->scratch, 1, sizeof *look);
  if (look == NULL)
    return gchk_fail_memory(error, "differentiation");
  if (!l->work->is_part)
    GCHK_TRY(find_curve(l, groups, error));
  if (gchk_groups_hold(groups)) {
    GCHK_TRY(gchk_decide_groups(l, groups, look, error));
    if (gchk_groups_hold(groups))
      return GCHK_OK;
    GCHK_TRY(find_analytic_again(l, error));
  }
  return gchk_decide_elements(l, look, error);
}

static gchk_status differentiate(gchk_tensor_line *l, gchk_error *error) {
  gchk_tensor_work *tensor = l->tensor;
  const bool uses_update = tensor->uses_update;
  if (l->is_out_of_reach) {
    tensor->checked_count = 0;
    return GCHK_OK;
  }
  if (tensor->jacobian == NULL && gchk_keeps_jacobian(l->work, tensor)) // else of elements that were decided before
    tensor->jacobian = gchk_arena_alloc(l->work->scratch, tensor->total * l->work->output_count, sizeof(double));
  gchk_groups *groups;
  GCHK_TRY(gchk_groups_open(l, tensor->checked, tensor->checked_count, &groups, error));
  GCHK_TRY(gchk_pilot(l, groups, error));
  GCHK_TRY(elements(l, groups, error));
  // Whatever was decided by an update, or a vary, that was left: groups are by forward.
  if (tensor->uses_update != uses_update && !gchk_groups_hold(groups)) {
    GCHK_TRY(find_analytic_again(l, error));
    return differentiate(l, error);
  }
  // Outputs and caches as they were.
  return gchk_instance_forward(l->work->instance, error);
}

gchk_status gchk_differentiate_tensor(gchk_case_work *work, gchk_tensor_work *tensor, gchk_error *error) {
  gchk_tensor_line l;
  gchk_status status = gchk_tensor_line_open(&l, work, tensor, error);
  if (status == GCHK_OK)
    status = differentiate(&l, error);
  gchk_tensor_line_close(&l);
  gchk_tally_tensor(tensor);
  return status;
}

gchk_status gchk_differentiate_element(gchk_case_work *work, gchk_tensor_work *tensor, size_t element,
                                       gchk_derivative *result, gchk_error *error) {
  return gchk_differentiate_row(work, tensor, element, NULL, result, error);
}

gchk_status gchk_differentiate_row(gchk_case_work *work, gchk_tensor_work *tensor, size_t element, double *row,
                                   gchk_derivative *result, gchk_error *error) {
  gchk_tensor_line l;
  GCHK_TRY(gchk_tensor_line_open_plain(&l, work, tensor, error));
  GCHK_TRY(gchk_pilot(&l, NULL, error));
  gchk_tensor_line_aim(&l, element);
  l.line.jacobian_row = row;
  GCHK_TRY(gchk_tensor_line_differentiate(&l, result, error));
  return gchk_instance_forward(work->instance, error);
}
