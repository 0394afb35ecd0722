/* Numeric gradients of one tensor, element by element, each judged as it comes. */
#include "decide/differentiate_tensor.h"

#include "core/memory.h"
#include "decide/batch_elements.h"
#include "decide/decide.h"
#include "decide/pilot.h"
#include "decide/step_curve.h"
#include "decide/tally.h"

enum {
  KEPT_JACOBIAN = 1 << 16, // elements x outputs up to which the numeric Jacobian is kept
  AUDITED_FAILURES = 16    // of a tensor that varies
};

// The whole ladder is for the curve alone; what judges this element is what judges every other.
static gchk_status add_to_curve(gchk_tensor_line *l, size_t element, gchk_step_curve_data *curve, gchk_look *look,
                                gchk_error *error) {
  gchk_tensor_line_aim(l, element);
  GCHK_TRY(gchk_tensor_line_differentiate_whole(l, NULL, look->derivative, error));
  gchk_step_curve_add(curve, &look->derivative[0], l->tensor->analytic[0][element]);
  return GCHK_OK;
}

static void tell(const gchk_tensor_line *l, size_t done) {
  const gchk_case_work *work = l->work;
  if (work->stage != NULL)
    work->stage(work->stage_context, work->instance->t[l->tensor->index].name, work->elements_done + done);
}

// All elements of a tensor, one after the other.
typedef struct pass {
  gchk_tensor_line *l;
  gchk_look *look;
  size_t audited; // failures of a tensor that varies
} pass;

// No element is wrong because vary is: where it fails, vary is held against forward once more.
static gchk_status audit_failure(pass *p, gchk_error *error) {
  gchk_tensor_line *l = p->l;
  const double step = p->look->derivative[0].step;
  if (!l->varies || p->look->verdict != GCHK_FAIL || p->audited == AUDITED_FAILURES || !(step > 0))
    return GCHK_OK;
  bool agrees;
  p->audited++;
  GCHK_TRY(gchk_audit_vary_at(l->work, l->tensor, l->element, step, &agrees, error));
  if (!agrees)
    gchk_tensor_line_leave_vary(l);
  return GCHK_OK;
}

// What is left of a block of which some elements are kept already (NULL: none is); ends where vary is left.
static gchk_status decide_each(pass *p, size_t first, size_t count, const bool *is_kept, gchk_error *error) {
  gchk_tensor_line *l = p->l;
  const bool varies = l->varies;
  for (size_t k = 0; k < count && l->varies == varies; k++) {
    const size_t e = l->tensor->checked[first + k];
    if (is_kept != NULL && is_kept[k])
      continue;
    GCHK_TRY(gchk_decide(l, e, p->look, error));
    gchk_look_keep(p->look, l->tensor, l->work->draw_count, e);
    tell(l, first + k);
    GCHK_TRY(audit_failure(p, error));
  }
  return GCHK_OK;
}

static gchk_status decide_in_batches(pass *p, gchk_error *error) {
  const size_t all = p->l->tensor->checked_count;
  gchk_batch_elements batch;
  gchk_status status = gchk_batch_open(&batch, p->l, error);
  for (size_t first = 0; first < all && status == GCHK_OK && p->l->varies; first += GCHK_BLOCK_ELEMENTS) {
    const size_t count = all - first < GCHK_BLOCK_ELEMENTS ? all - first : GCHK_BLOCK_ELEMENTS;
    tell(p->l, first);
    status = gchk_batch_decide(&batch, first, count, error);
    if (status == GCHK_OK)
      status = decide_each(p, first, count, batch.is_kept, error);
  }
  gchk_batch_close(&batch);
  return status;
}

static gchk_status add_curve(pass *p, gchk_error *error) {
  gchk_tensor_work *tensor = p->l->tensor;
  gchk_step_curve_data curve = {0};
  const size_t checked = tensor->checked_count,
               stride = checked > GCHK_STEP_CURVE_ELEMENTS ? checked / GCHK_STEP_CURVE_ELEMENTS : 1;
  for (size_t k = stride / 2; k < checked && curve.count < GCHK_STEP_CURVE_ELEMENTS; k += stride)
    GCHK_TRY(add_to_curve(p->l, tensor->checked[k], &curve, p->look, error));
  if (!gchk_step_curve_finish(&curve, p->l->work->arena, tensor->largest[0], &tensor->step_curve))
    return gchk_fail_memory(error, "a step curve");
  return GCHK_OK;
}

static gchk_status elements(gchk_tensor_line *l, gchk_error *error) {
  pass p = {.l = l, .look = gchk_arena_alloc(l->work->scratch, 1, sizeof *p.look)};
  if (p.look == NULL)
    return gchk_fail_memory(error, "differentiation");
  GCHK_TRY(add_curve(&p, error));
  if (l->varies)
    GCHK_TRY(decide_in_batches(&p, error));
  // A vary that was left has decided nothing.
  return l->varies ? GCHK_OK : decide_each(&p, 0, l->tensor->checked_count, NULL, error);
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
