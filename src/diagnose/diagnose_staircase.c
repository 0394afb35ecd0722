/* A forward that is a staircase. */
#include "diagnose/diagnose_staircase.h"

#include <math.h>

#include "decide/staircase.h"
#include "instance/meaning.h"

enum { TRIED = 3 };

// Does backward give something where the numeric gradient is exactly 0, or is not there?
static bool is_over_a_tread(const gchk_diagnosis *d, size_t e) {
  const gchk_tensor_work *w = d->tensor;
  bool has_gradient = false, has_slope = false;
  for (size_t draw = 0; draw < d->draws; draw++) {
    has_gradient = has_gradient || (isfinite(w->analytic[draw][e]) && w->analytic[draw][e] != 0);
    has_slope = has_slope || (isfinite(w->numeric[draw][e]) && w->numeric[draw][e] != 0);
  }
  return has_gradient && !has_slope;
}

static bool add_finding(gchk_diagnosis *d, size_t count) {
  (void)gchk_diagnosis_add(
      d, GCHK_CODE_STRAIGHT_THROUGH, count,
      "forward is a staircase in %s: flat nearly everywhere, so that its derivative is 0, and backward gives another "
      "function's: straight-through? Declare what it is the gradient of as .surrogate, a forward to be differenced in "
      "place of this one",
      d->t->name);
  return true;
}

static bool is_staircase_where(gchk_diagnosis *d, const size_t *elements, size_t count) {
  bool is_one = count > 0, has_failed = false;
  for (size_t k = 0; k < count && is_one && !has_failed; k++) {
    gchk_staircase found;
    has_failed = gchk_look_for_stairs(d->work, d->tensor, elements[k], &found, NULL) != GCHK_OK;
    is_one = found.is_staircase;
  }
  has_failed = gchk_instance_forward(d->work->instance, NULL) == GCHK_NO_MEMORY || has_failed;
  d->is_out_of_memory = d->is_out_of_memory || has_failed;
  return is_one && !has_failed;
}

static bool has_no_forward_of_its_own(const gchk_diagnosis *d) {
  return gchk_surrogate_of(d->work->instance->layer, d->tensor->index) != NULL ||
         gchk_instance_is_inner_value(d->work->instance, d->tensor->index);
}

bool gchk_diagnose_staircase(gchk_diagnosis *d) {
  size_t elements[TRIED], count = 0, over = 0;
  if (d->fail_count == 0 || has_no_forward_of_its_own(d))
    return false;
  for (size_t e = 0; e < d->total; e++) {
    if (!d->fails[e] || !is_over_a_tread(d, e))
      continue;
    if (count < TRIED)
      elements[count++] = e;
    over++;
  }
  return gchk_is_nearly_all(over, d->fail_count) && is_staircase_where(d, elements, count) && add_finding(d, over);
}

bool gchk_diagnose_unknown(gchk_diagnosis *d) {
  size_t elements[TRIED], count = 0, over = 0;
  if (has_no_forward_of_its_own(d))
    return false;
  for (size_t k = 0; k < d->tensor->checked_count; k++) {
    size_t e = d->tensor->checked[k];
    if (d->tensor->verdict[e] != GCHK_FAIL || !is_over_a_tread(d, e))
      continue;
    if (count < TRIED)
      elements[count++] = e;
    over++;
  }
  return is_staircase_where(d, elements, count) && add_finding(d, over);
}

// All 0 or undecided, the analytic gradient all 0; *element is one to look along, the first that is undecided if any.
static bool may_be_whole_numbers(const gchk_case_work *work, const gchk_tensor_work *tensor, size_t *element) {
  bool has_open = false;
  for (size_t k = tensor->checked_count; k-- > 0;) {
    size_t e = tensor->checked[k];
    for (size_t d = 0; d < work->draw_count; d++)
      if (tensor->analytic[d][e] != 0 || tensor->verdict[e] == GCHK_FAIL)
        return false;
    bool is_open = tensor->verdict[e] == GCHK_INCONCLUSIVE;
    if (is_open || !has_open)
      *element = e;
    has_open = has_open || is_open;
  }
  return tensor->checked_count > 0 && !tensor->is_declared_zero &&
         gchk_surrogate_of(work->instance->layer, tensor->index) == NULL &&
         !gchk_instance_is_inner_value(work->instance, tensor->index);
}

gchk_status gchk_note_whole_numbers(gchk_case_work *work, gchk_error *error) {
  for (size_t k = 0; k < work->tensor_count; k++) {
    gchk_tensor_work *tensor = &work->tensors[k];
    size_t element = 0;
    gchk_staircase found;
    if (!may_be_whole_numbers(work, tensor, &element))
      continue;
    GCHK_TRY(gchk_look_for_stairs(work, tensor, element, &found, error));
    GCHK_TRY(gchk_instance_forward(work->instance, error));
    if (found.is_staircase && found.jumps_at_integers)
      (void)gchk_finding_note(&tensor->findings, GCHK_CODE_INTEGER_VALUED,
                              "integer-valued: role index? forward changes only from one whole number to the next in "
                              "%s, and backward gives 0: as GCHK_INDEX it is i32, and not differentiated",
                              work->instance->t[tensor->index].name);
  }
  return GCHK_OK;
}
