/* Diagnosis: which rules are asked, in which order. */
#include "diagnose/diagnose.h"

#include <math.h>

#include "core/memory.h"
#include "decide/full_cost.h"
#include "decide/other_point.h"
#include "diagnose/diagnose_axes.h"
#include "diagnose/diagnose_coarse.h"
#include "diagnose/diagnose_constant.h"
#include "diagnose/diagnose_derivative.h"
#include "diagnose/diagnose_flat.h"
#include "diagnose/diagnose_no_gradient.h"
#include "diagnose/diagnose_option.h"
#include "diagnose/diagnose_place.h"
#include "diagnose/diagnose_ratio.h"
#include "diagnose/diagnose_region.h"
#include "diagnose/diagnose_rerun.h"
#include "diagnose/diagnose_small.h"
#include "diagnose/diagnose_staircase.h"
#include "diagnose/diagnose_symmetric.h"
#include "diagnose/diagnose_terms.h"
#include "diagnose/diagnose_unclassified.h"
#include "diagnose/diagnose_zero.h"
#include "evidence/ask_elsewhere.h"
#include "evidence/candidate.h"
#include "evidence/open_diagnosis.h"
#include "instance/precision.h"
#include "measure/base_point.h"
#include "measure/work_calls.h"
#include "routes/diagnose_equal_weights.h"
#include "routes/diagnose_first_outputs.h"
#include "routes/diagnose_index_read.h"
#include "routes/diagnose_lost_pairs.h"
#include "routes/diagnose_masks.h"
#include "routes/diagnose_moved.h"
#include "routes/diagnose_normalisers.h"
#include "routes/diagnose_output_factors.h"
#include "routes/diagnose_routes.h"
#include "routes/diagnose_slices.h"
#include "routes/diagnose_steps.h"
#include "routes/diagnose_tensor_factor.h"
#include "routes/diagnose_upstream.h"
#include "values/diagnose_condition.h"
#include "values/diagnose_corner.h"
#include "values/diagnose_floor.h"
#include "values/diagnose_gate.h"
#include "values/diagnose_own_slope.h"

enum {
  NOTHING = 0,
  PARTIAL = 1, /* names what some elements have, and leaves to another which they are */
  ANYWHERE = 2 /* what it says does not depend on the values, and is verified at others */
};

typedef struct rule {
  bool (*holds)(gchk_diagnosis *d);
  unsigned flags;
} rule;

// The first that holds names the mistake.
static const rule rules[] = {
    {gchk_diagnose_non_finite, NOTHING},
    {gchk_diagnose_declared_zero, NOTHING},
    {gchk_diagnose_mode, NOTHING},
    {gchk_diagnose_corner, NOTHING},
    {gchk_diagnose_floor, NOTHING},
    {gchk_diagnose_sign, NOTHING},
    {gchk_diagnose_zero, NOTHING},
    {gchk_diagnose_coarse, NOTHING},
    {gchk_diagnose_staircase, NOTHING},
    {gchk_diagnose_ignored_rows, NOTHING},
    {gchk_diagnose_gate_ignored, NOTHING},
    {gchk_diagnose_flat, NOTHING},
    {gchk_diagnose_ratio, NOTHING},
    {gchk_diagnose_written_value, NOTHING},
    {gchk_diagnose_axes, ANYWHERE},
    {gchk_diagnose_symmetric, ANYWHERE},
    {gchk_diagnose_upstream, ANYWHERE},
    {gchk_diagnose_slices, ANYWHERE},
    {gchk_diagnose_contributions, ANYWHERE},
    {gchk_diagnose_moved_upstream, ANYWHERE},
    {gchk_diagnose_other_tensor, ANYWHERE},
    {gchk_diagnose_constant, ANYWHERE},
    {gchk_diagnose_derivative, ANYWHERE},
    {gchk_diagnose_activation, ANYWHERE},
    {gchk_diagnose_own_slope, ANYWHERE},
    {gchk_diagnose_tensor_factor, ANYWHERE},
    {gchk_diagnose_terms, ANYWHERE},
    {gchk_diagnose_epsilon, ANYWHERE},
    {gchk_diagnose_precision, NOTHING},
    {gchk_diagnose_other_point, ANYWHERE},
    {gchk_diagnose_other_row, NOTHING},
    {gchk_diagnose_option, NOTHING},
    {gchk_diagnose_ties, NOTHING},
    {gchk_diagnose_routes, ANYWHERE},
    {gchk_diagnose_masks, ANYWHERE},
    {gchk_diagnose_index_maps, ANYWHERE},
    {gchk_diagnose_dropped_outputs, ANYWHERE},
    {gchk_diagnose_output_factors, ANYWHERE},
    {gchk_diagnose_equal_weights, ANYWHERE},
    {gchk_diagnose_index_read, ANYWHERE},
    {gchk_diagnose_own_factors, ANYWHERE},
    {gchk_diagnose_row_factor, ANYWHERE},
    {gchk_diagnose_scale_free, ANYWHERE},
    {gchk_diagnose_steps, ANYWHERE},
    {gchk_diagnose_region, NOTHING},
    {gchk_diagnose_repeated, ANYWHERE},
    {gchk_diagnose_condition, ANYWHERE},
    {gchk_diagnose_gate, ANYWHERE},
    {gchk_diagnose_partial_ratio, PARTIAL},
    {gchk_diagnose_branches, NOTHING},
    {gchk_diagnose_permutation, ANYWHERE},
    {gchk_diagnose_first_outputs, ANYWHERE},
    {gchk_diagnose_lost_pairs, PARTIAL | ANYWHERE},
    {gchk_diagnose_small_error, PARTIAL},
};

// Does the last finding leave open where the mistake is: zeros at some elements, values that are not finite?
static bool last_says_no_place(const gchk_diagnosis *d) {
  const gchk_finding_list *list = &d->tensor->findings;
  return list->count > 0 && !gchk_code_find(list->findings[list->count - 1].code)->says_where;
}

// What rules tried is as much work as a full check may be: who waits for the name of a mistake has its place already.
static bool is_exhausted(const gchk_diagnosis *d, uint64_t calls_before) {
  return gchk_is_too_much(d->work, (double)(gchk_work_calls(d->work) - calls_before));
}

// Takes back what is not so at other base points.
static bool is_confirmed(gchk_diagnosis *d, const rule *r) {
  if ((r->flags & ANYWHERE) == 0 || gchk_holds_elsewhere(d, r->holds))
    return true;
  d->tensor->findings.count--;
  return false;
}

static void ask(gchk_diagnosis *d) {
  const uint64_t before = gchk_work_calls(d->work);
  bool is_named = false, wants_place = true;
  if (gchk_diagnose_changed_value(d))
    return;
  for (size_t k = 0; k < sizeof rules / sizeof rules[0] && !is_named && !is_exhausted(d, before); k++) {
    is_named = rules[k].holds(d) && is_confirmed(d, &rules[k]);
    wants_place = !is_named || (rules[k].flags & PARTIAL) != 0 || last_says_no_place(d);
  }
  if (d->fail_count > 0 && wants_place && !is_exhausted(d, before))
    is_named = gchk_diagnose_place(d) || is_named;
  if (!is_named && d->fail_count > 0)
    gchk_diagnose_unclassified(d);
}

static gchk_status diagnose_here(gchk_case_work *work, gchk_tensor_work *tensor, gchk_error *error) {
  gchk_diagnosis d;
  const bool is_open = gchk_diagnosis_open(&d, work, tensor);
  if (is_open && d.fail_count + d.bad_count > 0)
    ask(&d);
  else if (is_open)
    (void)gchk_diagnose_unknown(&d);
  // A rule that has no room for its candidate does not hold: that says nothing about the gradient.
  const bool is_whole = is_open && !d.is_out_of_memory && !gchk_arena_has_failed(d.arena);
  gchk_diagnosis_close(&d);
  return is_whole ? GCHK_OK : gchk_fail_memory(error, "a diagnosis");
}

/*
 * Where the base point decides nothing, and the mistake shows at another one: there it is diagnosed, for what rules try
 * at the base point would not be what fails.
 */
static gchk_status diagnose_there(gchk_case_work *work, gchk_tensor_work *tensor, unsigned point, bool *is_done,
                                  gchk_error *error) {
  gchk_case spec;
  gchk_case_work there;
  bool *wanted = gchk_arena_alloc(work->scratch, work->tensor_count, sizeof *wanted);
  if (wanted == NULL)
    return gchk_fail_memory(error, "a diagnosis");
  wanted[tensor - work->tensors] = true;
  gchk_status status = gchk_open_other_point(&there, &spec, work, point, wanted, error);
  if (status == GCHK_OK)
    status = gchk_differentiate_there(&there, &there.tensors[0], tensor, error);
  *is_done = status == GCHK_OK && gchk_fails_at_base(&there.tensors[0]);
  if (*is_done) {
    there.findings = work->findings;
    there.tensors[0].findings = tensor->findings;
    status = diagnose_here(&there, &there.tensors[0], error);
    tensor->findings = there.tensors[0].findings;
  }
  work->other_calls += gchk_work_calls(&there);
  gchk_work_close(&there);
  return status == GCHK_NO_MEMORY ? status : GCHK_OK;
}

static unsigned point_of_fails(const gchk_tensor_work *w) {
  for (size_t k = 0; k < w->checked_count; k++)
    if (w->verdict[w->checked[k]] == GCHK_FAIL)
      return w->point[w->checked[k]];
  return 0;
}

gchk_status gchk_diagnose(gchk_case_work *work, gchk_tensor_work *tensor, gchk_error *error) {
  bool is_done = false;
  if (!gchk_fails_at_base(tensor) && point_of_fails(tensor) > 0)
    GCHK_TRY(diagnose_there(work, tensor, point_of_fails(tensor), &is_done, error));
  return is_done ? GCHK_OK : diagnose_here(work, tensor, error);
}
