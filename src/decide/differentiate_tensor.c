/* Numeric gradients of one tensor, element by element, each judged as it comes. */
#include "decide/differentiate_tensor.h"

#include "core/memory.h"
#include "decide/decide.h"
#include "decide/pilot.h"
#include "decide/step_curve.h"
#include "decide/tally.h"

enum {
  KEPT_JACOBIAN = 1 << 16 // elements x outputs up to which the numeric Jacobian is kept
};

// The whole ladder is for the curve alone; what judges this element is what judges every other.
static gchk_status add_to_curve(gchk_tensor_line *l, size_t element, gchk_step_curve_data *curve, gchk_look *look,
                                gchk_error *error) {
  gchk_tensor_line_aim(l, element);
  GCHK_TRY(gchk_tensor_line_differentiate_whole(l, NULL, look->derivative, error));
  gchk_step_curve_add(curve, &look->derivative[0], l->tensor->analytic[0][element]);
  return GCHK_OK;
}

static gchk_status elements(gchk_tensor_line *l, gchk_error *error) {
  gchk_case_work *work = l->work;
  gchk_tensor_work *tensor = l->tensor;
  gchk_step_curve_data step_curve = {0};
  gchk_look *look = gchk_arena_alloc(work->scratch, 1, sizeof *look);
  if (look == NULL)
    return gchk_fail_memory(error, "differentiation");
  size_t stride =
      tensor->checked_count > GCHK_STEP_CURVE_ELEMENTS ? tensor->checked_count / GCHK_STEP_CURVE_ELEMENTS : 1;
  for (size_t k = 0; k < tensor->checked_count; k++) {
    size_t e = tensor->checked[k];
    if (k % stride == stride / 2 && step_curve.count < GCHK_STEP_CURVE_ELEMENTS)
      GCHK_TRY(add_to_curve(l, e, &step_curve, look, error));
    GCHK_TRY(gchk_decide(l, e, look, error));
    gchk_look_keep(look, tensor, work->draw_count, e);
    if (work->stage != NULL)
      work->stage(work->stage_context, work->instance->t[tensor->index].name, work->elements_done + k);
  }
  if (!gchk_step_curve_finish(&step_curve, work->arena, tensor->largest[0], &tensor->step_curve))
    return gchk_fail_memory(error, "a step curve");
  return GCHK_OK;
}

static gchk_status differentiate(gchk_tensor_line *l, gchk_error *error) {
  gchk_tensor_work *tensor = l->tensor;
  size_t kept;
  if (l->is_out_of_reach) {
    tensor->checked_count = 0;
    return GCHK_OK;
  }
  if (gchk_multiply(tensor->total, l->work->output_count, &kept) && kept <= KEPT_JACOBIAN)
    tensor->jacobian = gchk_arena_alloc(l->work->scratch, kept, sizeof(double));
  GCHK_TRY(gchk_pilot(l, error));
  GCHK_TRY(elements(l, error));
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
  GCHK_TRY(gchk_pilot(&l, error));
  gchk_tensor_line_aim(&l, element);
  l.line.jacobian_row = row;
  GCHK_TRY(gchk_tensor_line_differentiate(&l, result, error));
  return gchk_instance_forward(work->instance, error);
}
