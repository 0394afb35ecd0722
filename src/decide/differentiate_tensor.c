/* Numeric gradients of one tensor, element by element, each judged as it comes. */
#include "decide/differentiate_tensor.h"

#include "core/memory.h"
#include "decide/batch_elements.h"
#include "decide/confirm.h"
#include "decide/decide.h"
#include "decide/decide_groups.h"
#include "decide/pilot.h"
#include "decide/step_curve.h"
#include "decide/tally.h"
#include "lines/jobs.h"
#include "lines/update_audit.h"
#include "lines/vary_replay.h"
#include "measure/tensor_work.h"

enum { AUDITED_AGAIN = 16 }; // of a tensor that varies

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
  for (size_t k = stride / 2; k < tensor->checked_count && s->count < GCHK_STEP_CURVE_ELEMENTS; k += stride)
    s->element[s->count++] = tensor->checked[k];
  const gchk_line_job job = {.attempt = take_whole_ladder, .context = s, .is_ladder = true};
  GCHK_TRY(gchk_do_job(groups, l, &job, s->element, s->count, error));
  for (size_t k = 0; k < s->count; k++)
    gchk_step_curve_add(&s->data, s->derivative[k], tensor->analytic[0][s->element[k]]);
  if (!gchk_step_curve_finish(&s->data, l->work->arena, tensor->largest[0], &tensor->step_curve))
    return gchk_fail_memory(error, "a step curve");
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
  // Of a tensor that varies.
  size_t *open;   // elements of a block; room for all of it
  size_t audited; // of those that do not pass
} pass;

// No element is wrong because vary is: where it does not pass, vary is held against forward once more.
static gchk_status audit_again(pass *p, gchk_error *error) {
  gchk_tensor_line *l = p->l;
  const double step = p->look->derivative[0].step;
  if (!l->varies || p->look->verdict <= GCHK_KINK || p->audited == AUDITED_AGAIN || !(step > 0))
    return GCHK_OK;
  bool agrees;
  p->audited++;
  GCHK_TRY(gchk_audit_vary_at(l->work, l->tensor, l->element, step, &agrees, error));
  if (!agrees)
    gchk_tensor_line_leave_vary(l);
  return GCHK_OK;
}

// By its whole ladder, and gchk_decide would not ask further: it would only take the same ladders once more.
static bool is_told_wrong(const pass *p, size_t e) {
  const gchk_tensor_work *tensor = p->l->tensor;
  return tensor->verdict[e] == GCHK_FAIL && p->audited == AUDITED_AGAIN && !gchk_wants_confirmation(tensor);
}

// What is left of a block of which some elements are kept already (NULL: none is); ends where vary is left.
static gchk_status decide_each(pass *p, size_t first, size_t count, const bool *is_kept, gchk_error *error) {
  gchk_tensor_line *l = p->l;
  const bool varies = l->varies;
  for (size_t k = 0; k < count && l->varies == varies; k++) {
    const size_t e = l->tensor->checked[first + k];
    if (is_kept != NULL && (is_kept[k] || is_told_wrong(p, e)))
      continue;
    GCHK_TRY(gchk_decide(l, e, p->look, error));
    gchk_look_keep(p->look, l->tensor, l->work->draw_count, e);
    tell(l, first + k);
    GCHK_TRY(audit_again(p, error));
  }
  return GCHK_OK;
}

// What its ladders decide of an element is kept; what they leave open is looked at by itself, and so are kinks.
static gchk_status decide_open(pass *p, size_t first, size_t count, bool *is_kept, gchk_error *error) {
  const gchk_tensor_work *tensor = p->l->tensor;
  const gchk_line_job job = {.attempt = gchk_keep_by_ladders, .context = p->look, .is_ladder = true};
  size_t open = 0;
  for (size_t k = 0; k < count; k++)
    if (!is_kept[k])
      p->open[open++] = tensor->checked[first + k];
  GCHK_TRY(gchk_vary_replay(p->l, &job, p->open, open, error));
  for (size_t k = 0; k < count; k++)
    is_kept[k] = tensor->verdict[tensor->checked[first + k]] <= GCHK_KINK;
  return decide_each(p, first, count, is_kept, error);
}

static gchk_status decide_in_batches(pass *p, gchk_error *error) {
  const size_t all = p->l->tensor->checked_count;
  gchk_batch_elements batch;
  p->open = gchk_arena_alloc(p->l->work->scratch, GCHK_BLOCK_ELEMENTS, sizeof *p->open);
  if (p->open == NULL)
    return gchk_fail_memory(error, "a block of elements");
  gchk_status status = gchk_batch_open(&batch, p->l, error);
  for (size_t first = 0; first < all && status == GCHK_OK && p->l->varies; first += GCHK_BLOCK_ELEMENTS) {
    const size_t count = all - first < GCHK_BLOCK_ELEMENTS ? all - first : GCHK_BLOCK_ELEMENTS;
    tell(p->l, first);
    status = gchk_batch_decide(&batch, first, count, error);
    if (status == GCHK_OK)
      status = decide_open(p, first, count, batch.is_kept, error);
  }
  gchk_batch_close(&batch);
  return status;
}

static gchk_status elements(gchk_tensor_line *l, gchk_groups *groups, gchk_error *error) {
  pass p = {.l = l, .look = gchk_arena_alloc(l->work->scratch, 1, sizeof *p.look)};
  if (p.look == NULL)
    return gchk_fail_memory(error, "differentiation");
  GCHK_TRY(find_curve(l, groups, error));
  if (gchk_groups_hold(groups))
    GCHK_TRY(gchk_decide_groups(l, groups, p.look, error));
  else if (l->varies)
    GCHK_TRY(decide_in_batches(&p, error));
  // What did not hold, or was left, has decided nothing.
  const bool is_done = gchk_groups_hold(groups) || l->varies;
  return is_done ? GCHK_OK : decide_each(&p, 0, l->tensor->checked_count, NULL, error);
}

static gchk_status differentiate(gchk_tensor_line *l, gchk_error *error) {
  gchk_tensor_work *tensor = l->tensor;
  if (l->is_out_of_reach) {
    tensor->checked_count = 0;
    return GCHK_OK;
  }
  if (gchk_keeps_jacobian(l->work, tensor))
    tensor->jacobian = gchk_arena_alloc(l->work->scratch, tensor->total * l->work->output_count, sizeof(double));
  gchk_groups *groups;
  GCHK_TRY(gchk_groups_open(l, tensor->checked, tensor->checked_count, &groups, error));
  GCHK_TRY(gchk_pilot(l, groups, error));
  GCHK_TRY(elements(l, groups, error));
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
