/* Diagnosis: which rules are asked, in which order. */
#include "diagnose/diagnose.h"

#include <math.h>
#include <string.h>

#include "core/memory.h"
#include "decide/differentiate_tensor.h"
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
#include "evidence/candidate.h"
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
#include "routes/diagnose_upstream.h"
#include "values/diagnose_condition.h"
#include "values/diagnose_gate.h"

typedef struct rule {
  bool (*holds)(gchk_diagnosis *d);
  bool is_partial; // names what some elements have, and leaves to another which they are
} rule;

// The first that holds names the mistake.
static const rule rules[] = {
    {gchk_diagnose_non_finite, false},    {gchk_diagnose_declared_zero, false}, {gchk_diagnose_mode, false},
    {gchk_diagnose_sign, false},          {gchk_diagnose_zero, false},          {gchk_diagnose_coarse, false},
    {gchk_diagnose_staircase, false},     {gchk_diagnose_ignored_rows, false},  {gchk_diagnose_gate_ignored, false},
    {gchk_diagnose_flat, false},          {gchk_diagnose_ratio, false},         {gchk_diagnose_written_value, false},
    {gchk_diagnose_axes, false},          {gchk_diagnose_symmetric, false},     {gchk_diagnose_upstream, false},
    {gchk_diagnose_slices, false},        {gchk_diagnose_contributions, false}, {gchk_diagnose_moved_upstream, false},
    {gchk_diagnose_other_tensor, false},  {gchk_diagnose_constant, false},      {gchk_diagnose_derivative, false},
    {gchk_diagnose_activation, false},    {gchk_diagnose_terms, false},         {gchk_diagnose_epsilon, false},
    {gchk_diagnose_precision, false},     {gchk_diagnose_other_point, false},   {gchk_diagnose_other_row, false},
    {gchk_diagnose_option, false},        {gchk_diagnose_ties, false},          {gchk_diagnose_routes, false},
    {gchk_diagnose_masks, false},         {gchk_diagnose_index_maps, false},    {gchk_diagnose_output_factors, false},
    {gchk_diagnose_equal_weights, false}, {gchk_diagnose_index_read, false},    {gchk_diagnose_own_factors, false},
    {gchk_diagnose_row_factor, false},    {gchk_diagnose_scale_free, false},    {gchk_diagnose_steps, false},
    {gchk_diagnose_region, false},        {gchk_diagnose_repeated, false},      {gchk_diagnose_condition, false},
    {gchk_diagnose_gate, false},          {gchk_diagnose_partial_ratio, true},  {gchk_diagnose_branches, false},
    {gchk_diagnose_permutation, false},   {gchk_diagnose_first_outputs, false}, {gchk_diagnose_lost_pairs, true},
    {gchk_diagnose_small_error, true},
};

/* Figures of two points do not fit together: those of the base point, unless all that fails was found elsewhere. */
static bool fails_at_base(const gchk_tensor_work *w) {
  for (size_t k = 0; k < w->checked_count; k++)
    if (w->verdict[w->checked[k]] == GCHK_FAIL && w->point[w->checked[k]] == 0)
      return true;
  return false;
}

static void count_elements(gchk_diagnosis *d) {
  const gchk_tensor_work *w = d->tensor;
  const bool at_base = fails_at_base(w);
  for (size_t k = 0; k < w->checked_count; k++) {
    size_t i = w->checked[k];
    if (w->verdict[i] != GCHK_FAIL) {
      d->pass_count += w->verdict[i] == GCHK_PASS;
      continue;
    }
    bool is_known = !at_base || w->point[i] == 0, is_finite = true;
    for (size_t draw = 0; draw < d->draws; draw++) {
      is_finite = is_finite && isfinite(w->analytic[draw][i]);
      is_known = is_known && isfinite(w->numeric[draw][i]) && isfinite(w->bound[draw][i]);
    }
    d->fails[i] = is_finite && is_known;
    d->fail_count += d->fails[i];
    d->bad_count += !is_finite;
  }
}

// A Jacobian that was kept gives the numeric gradients of the first draw again; else it is not used.
static bool is_jacobian_kept(const gchk_diagnosis *d) {
  if (d->tensor->jacobian == NULL)
    return false;
  for (size_t i = 0; i < d->total; i++) {
    double sum = 0;
    for (size_t j = 0; d->fails[i] && j < d->output_count; j++)
      sum += d->tensor->jacobian[i * d->output_count + j] * d->work->v[0][j];
    if (d->fails[i] && !(fabs(sum - d->tensor->numeric[0][i]) <= GCHK_CANDIDATE_BARS * gchk_diagnosis_error(d, 0, i)))
      return false;
  }
  return true;
}

// Does the last finding leave open where the mistake is: zeros at some elements, values that are not finite?
static bool last_says_no_place(const gchk_diagnosis *d) {
  const gchk_finding_list *list = &d->tensor->findings;
  return list->count > 0 && !gchk_code_find(list->findings[list->count - 1].code)->says_where;
}

// What rules tried is as much work as a full check may be: who waits for the name of a mistake has its place already.
static bool is_exhausted(const gchk_diagnosis *d, uint64_t calls_before) {
  return gchk_is_too_much(d->work, (double)(gchk_work_calls(d->work) - calls_before));
}

static void ask(gchk_diagnosis *d) {
  const uint64_t before = gchk_work_calls(d->work);
  bool is_named = false, wants_place = true;
  if (gchk_diagnose_changed_value(d))
    return;
  for (size_t k = 0; k < sizeof rules / sizeof rules[0] && !is_named && !is_exhausted(d, before); k++) {
    is_named = rules[k].holds(d);
    wants_place = !is_named || rules[k].is_partial || last_says_no_place(d);
  }
  if (d->fail_count > 0 && wants_place && !is_exhausted(d, before))
    is_named = gchk_diagnose_place(d) || is_named;
  if (!is_named && d->fail_count > 0)
    gchk_diagnose_unclassified(d);
}

static gchk_status diagnose_here(gchk_case_work *work, gchk_tensor_work *tensor, gchk_error *error) {
  gchk_diagnosis d = {
      .work = work,
      .tensor = tensor,
      .t = &work->instance->t[tensor->index],
      .row = &work->instance->layer->tensors[tensor->index],
      .total = tensor->total,
      .draws = work->draw_count,
      .output_count = work->output_count,
  };
  // The f32 layer's own gradients are what is compared, even where its double twin is differenced.
  const gchk_instance *named = work->single != NULL ? work->single : work->instance;
  d.unit = gchk_tensor_unit(named, tensor->index);
  d.arena = gchk_arena_new();
  if (d.arena == NULL)
    return gchk_fail_memory(error, "a diagnosis");
  gchk_status status = GCHK_OK;
  d.fails = gchk_arena_alloc(d.arena, d.total, sizeof *d.fails);
  if (d.fails == NULL) {
    status = gchk_fail_memory(error, "a diagnosis");
  } else {
    count_elements(&d);
    d.jacobian = is_jacobian_kept(&d) ? tensor->jacobian : NULL;
    if (d.fail_count + d.bad_count > 0)
      ask(&d);
    else
      (void)gchk_diagnose_unknown(&d);
    // A rule that has no room for its candidate does not hold: that says nothing about the gradient.
    if (d.is_out_of_memory || gchk_arena_has_failed(d.arena))
      status = gchk_fail_memory(error, "a diagnosis");
  }
  gchk_arena_free(d.arena);
  return status;
}

/* The tensor of a case, at another base point, differentiated as it was here. */
static gchk_status differentiate_there(gchk_case_work *there, const gchk_tensor_work *tensor, gchk_error *error) {
  gchk_tensor_work *again = &there->tensors[0];
  there->point = 0; // the base point of what follows
  memcpy(again->checked, tensor->checked, tensor->checked_count * sizeof *again->checked);
  again->checked_count = tensor->checked_count;
  return gchk_differentiate_tensor(there, again, error);
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
    status = differentiate_there(&there, tensor, error);
  *is_done = status == GCHK_OK && fails_at_base(&there.tensors[0]);
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
  if (!fails_at_base(tensor) && point_of_fails(tensor) > 0)
    GCHK_TRY(diagnose_there(work, tensor, point_of_fails(tensor), &is_done, error));
  return is_done ? GCHK_OK : diagnose_here(work, tensor, error);
}
