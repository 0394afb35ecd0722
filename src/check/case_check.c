/*
 * One case from its base point to its verdict: probes, analytic and numeric gradients, diagnosis, thresholds.
 *
 * Each step is in a file of its own; what they hand to each other is in measure/work.h.
 */
#include "check/case_check.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "check/dead_units.h"
#include "check/describe.h"
#include "check/describe_graph.h"
#include "check/divided.h"
#include "check/hand_out.h"
#include "check/thresholds.h"
#include "claims/expectations.h"
#include "claims/printed.h"
#include "claims/suppressed.h"
#include "compare/compare_case.h"
#include "core/clock.h"
#include "core/memory.h"
#include "decide/differentiate_tensor.h"
#include "decide/retry.h"
#include "diagnose/diagnose.h"
#include "diagnose/diagnose_coarse.h"
#include "diagnose/diagnose_staircase.h"
#include "evidence/blame_option.h"
#include "evidence/localise.h"
#include "exposure/dropped.h"
#include "instance/roles.h"
#include "measure/analytic.h"
#include "measure/base_point.h"
#include "measure/tensor_work.h"
#include "measure/upstream.h"
#include "measure/work_calls.h"
#include "probe/probe.h"
#include "probe/probe_element_size.h"
#include "result/passed_over.h"
#include "screen/budget.h"
#include "screen/whole_after_all.h"
#include "start/case_instance.h"

static void tell(gchk_case_work *work, const char *stage) {
  if (work->stage != NULL)
    work->stage(work->stage_context, stage, work->elements_done);
}

static const gchk_sensitivity no_sensitivity = {(double)NAN, (double)NAN, (double)NAN,
                                                (double)NAN, (double)NAN, (double)NAN};

static bool are_values_unusual(const gchk_case *spec) {
  return spec->planted > GCHK_PLANT_USUAL;
}

static const char *or_empty(const char *text) {
  return text == NULL ? "" : text;
}

// What was planted into the first shape is no choice of a value, and is told with it.
static bool is_varied(const gchk_case *spec) {
  return spec->auxiliary == GCHK_VARIED && spec->planted != GCHK_PLANT_USUAL;
}

void gchk_case_start(const gchk_case *spec, gchk_arena *arena, gchk_case_result *result) {
  *result = (gchk_case_result){
      .name = or_empty(gchk_arena_strdup(arena, spec->name)),
      .dtype = spec->layer->dtype,
      .layer = or_empty(gchk_arena_strdup(arena, or_empty(spec->layer->name))),
      .file = or_empty(gchk_arena_strdup(arena, spec->file != NULL ? spec->file : spec->layer->file)),
      .line = spec->file != NULL ? spec->line : spec->layer->line,
      .target = or_empty(gchk_arena_strdup(arena, or_empty(spec->target))),
      .expected_failure = gchk_arena_strdup(arena, spec->expected_failure),
      .auxiliary = spec->auxiliary != GCHK_OWN,
      .varied = is_varied(spec),
  };
  gchk_case_clear(result);
}

void gchk_case_failed(const gchk_case *spec, gchk_arena *arena, const char *reason, gchk_case_result *result) {
  gchk_case_start(spec, arena, result);
  result->verdict = GCHK_ERROR;
  result->reason = or_empty(gchk_arena_strdup(arena, reason));
}

static const char *why_unchecked(const gchk_case_work *work, size_t i) {
  const gchk_tensor_spec *row = &work->instance->layer->tensors[i];
  const gchk_tensor_setting *setting = gchk_case_setting(work->spec, row->name);
  if (setting != NULL && setting->skip)
    return setting->skip_reason != NULL ? setting->skip_reason : "the case leaves it out";
  if (!gchk_instance_is_differentiable(work->instance, i) && !gchk_instance_is_inner_value(work->instance, i))
    return "backward provides no gradient for it";
  return NULL;
}

static bool has_row(const gchk_case_work *work, size_t i) {
  const gchk_tensor *t = &work->instance->t[i];
  if (gchk_role_is_moved(t->role))
    return true;
  return gchk_instance_is_inner_value(work->instance, i) &&
         gchk_setting_asks_for_gradient(gchk_case_setting(work->spec, t->name));
}

/*
 * A row of the result for every input, every parameter and every intermediate value that the case has a gradient for,
 * and a work tensor for those that are differentiated.
 */
static gchk_status choose_tensors(gchk_case_work *work, gchk_case_result *result, gchk_error *error) {
  const gchk_instance *instance = work->instance;
  result->tensors = gchk_arena_alloc(work->arena, instance->tensor_count, sizeof *result->tensors);
  work->tensors = gchk_arena_alloc(work->scratch, instance->tensor_count, sizeof *work->tensors);
  if (result->tensors == NULL || work->tensors == NULL)
    return gchk_fail_memory(error, "tensors");
  for (size_t i = 0; i < instance->tensor_count; i++) {
    const gchk_tensor *t = &instance->t[i];
    if (!has_row(work, i))
      continue;
    gchk_tensor_result *r = &result->tensors[result->tensor_count++];
    const char *reason = why_unchecked(work, i);
    *r = (gchk_tensor_result){
        .name = or_empty(gchk_arena_strdup(work->arena, t->name)),
        .role = t->role,
        .dtype = t->dtype,
        .shape = t->shape,
        .verdict = reason == NULL ? GCHK_PASS : GCHK_SKIPPED,
        .reason = or_empty(gchk_arena_strdup(work->arena, or_empty(reason))),
        .total = t->count,
        .threshold = gchk_threshold_of(work, t->name),
        .mean_abs_diff = (double)NAN,
        .max_abs_diff = (double)NAN,
        .max_rel_diff = (double)NAN,
        .cosine = (double)NAN,
        .bound_median = (double)NAN,
        .bound_max = (double)NAN,
        .bound_mean = (double)NAN,
        .slack_max = (double)NAN,
        .hidden = (double)NAN,
        .best_error = (double)NAN,
        .undecided = {.block = "", .error = "", .why_not = "", .caught = (double)NAN, .caught_wanted = (double)NAN},
        .step = (double)NAN,
        .digits = (double)NAN,
        .sample_fraction = (double)NAN,
        .sample_probability = (double)NAN};
    r->sensitivity = no_sensitivity;
    if (reason == NULL)
      GCHK_TRY(gchk_tensor_work_init(work, &work->tensors[work->tensor_count++], i, error));
  }
  return GCHK_OK;
}

static gchk_status differentiate_all(gchk_case_work *work, gchk_error *error) {
  for (size_t k = 0; k < work->tensor_count; k++) {
    tell(work, work->instance->t[work->tensors[k].index].name);
    GCHK_TRY(gchk_differentiate_tensor(work, &work->tensors[k], error));
    work->elements_done += work->tensors[k].checked_count;
  }
  return GCHK_OK;
}

static bool is_explained(const gchk_tensor_work *tensor) {
  for (size_t i = 0; i < tensor->findings.count; i++)
    if (gchk_finding_is(&tensor->findings.findings[i], GCHK_CODE_OPTION_IGNORED))
      return true;
  return false;
}

// A mismatch that an option explains and that the threshold is there to allow: too small to look for its place in the
// network.
static bool is_allowed(const gchk_case_work *work, const gchk_tensor_work *tensor) {
  return is_explained(tensor) && !isnan(gchk_threshold_of(work, work->instance->t[tensor->index].name));
}

// An option that explains a mismatch leaves nothing for patterns to be looked for in.
static gchk_status diagnose(gchk_case_work *work, gchk_case_result *result, gchk_error *error) {
  bool any = false;
  GCHK_TRY(gchk_blame_options(work, error));
  GCHK_TRY(gchk_note_coarse(work, error));
  GCHK_TRY(gchk_note_whole_numbers(work, error));
  for (size_t k = 0; k < work->tensor_count; k++) {
    if (work->tensors[k].tally.worst != GCHK_FAIL)
      continue;
    any = any || !is_allowed(work, &work->tensors[k]);
    // Of an intermediate value it is said where the mistake is; what it is like shows in what the layer there computes.
    if (!is_explained(&work->tensors[k]) && !gchk_instance_is_inner_value(work->instance, work->tensors[k].index))
      GCHK_TRY(gchk_diagnose(work, &work->tensors[k], error));
  }
  return any ? gchk_localise(work, &result->graph, error) : GCHK_OK;
}

// update goes no way on from this intermediate value: its gradient was compared with what is expected, and no more.
static bool is_out_of_reach(const gchk_case_work *work, const gchk_tensor_work *tensor) {
  return gchk_instance_is_inner_value(work->instance, tensor->index) && !tensor->uses_update;
}

static void leave_out(const gchk_tensor_work *tensor, gchk_tensor_result *row) {
  row->verdict = tensor->findings.count > 0 ? GCHK_FAIL : GCHK_SKIPPED;
  row->reason =
      "an intermediate value that the layer's update cannot start from: its gradient is compared, not differentiated";
  row->checked = 0;
  row->finding_count = tensor->findings.count;
  row->findings = tensor->findings.findings;
}

static gchk_status conclude(gchk_case_work *work, gchk_case_result *result, gchk_error *error) {
  // Expectations and references are about the layer that the case names, not about its double twin.
  gchk_instance *named = work->single != NULL ? work->single : work->instance;
  GCHK_TRY(gchk_check_expectations(work, named, result, error));
  GCHK_TRY(gchk_compare_case(work, named, error));
  for (size_t k = 0; k < work->tensor_count; k++) {
    gchk_tensor_result *row = gchk_row_of(work, result, &work->tensors[k]);
    if (row != NULL && is_out_of_reach(work, &work->tensors[k])) {
      leave_out(&work->tensors[k], row);
      continue;
    }
    if (row != NULL && row->checked == 0) {
      row->verdict = GCHK_SKIPPED;
      row->reason = "nothing could be told at values that nobody declared";
      continue;
    }
    if (row == NULL || !gchk_describe_tensor(work, &work->tensors[k], row))
      return gchk_fail_memory(error, "the result of a tensor");
    if (are_values_unusual(work->spec)) // what shows there, where most gradients are 0, says nothing of the run
      row->sensitivity = no_sensitivity;
    const bool is_suppressed = gchk_suppress(&work->tensors[k].findings, row->name, result);
    gchk_judge_tensor(work, &work->tensors[k], is_suppressed, row);
    if (work->options->gradients != NULL)
      GCHK_TRY(work->options->gradients(work->options->gradients_context, work->spec, row, work->tensors[k].analytic[0],
                                        work->tensors[k].numeric[0], error));
    GCHK_TRY(gchk_hand_out_arrays(work, &work->tensors[k], row, error));
  }
  return gchk_compare_printed(work, named, result, error);
}

static gchk_status run_stages(gchk_case_work *work, gchk_case_result *result, gchk_error *error) {
  if (work->refused != NULL)
    return GCHK_OK;
  GCHK_TRY(gchk_draw_upstream(work, error)); // says how many arrays a tensor needs
  GCHK_TRY(choose_tensors(work, result, error));
  gchk_note_dead_units(work);
  if (work->options->probes && !are_values_unusual(work->spec)) { // rounding is most of what others leave
    tell(work, "probes");
    GCHK_TRY(gchk_probe_contract(work, error));
    if (work->refused != NULL)
      return GCHK_OK;
  }
  double output = 0;
  for (size_t j = 0; j < work->output_count; j++)
    output += work->v[0][j] * work->y[j];
  result->output = output;
  tell(work, "backward");
  GCHK_TRY(gchk_find_analytic(work, error));
  GCHK_TRY(gchk_choose_elements(work, result, error));
  // The gradients on the edges are those of the loss itself.
  GCHK_TRY(gchk_analytic_gradients(work, work->v[0], NULL, error));
  GCHK_TRY(gchk_describe_graph(work, false, &result->graph, error));
  GCHK_TRY(differentiate_all(work, error));
  if (work->is_part)
    return GCHK_OK;
  GCHK_TRY(gchk_check_whole_after_all(work, result, error));
  tell(work, "retries");
  GCHK_TRY(gchk_retry_open_elements(work, NULL, error));
  gchk_leave_open_elements_out(work, result);
  GCHK_TRY(diagnose(work, result, error));
  return conclude(work, result, error);
}

// Outputs that are not numbers may be those of code for another size of elements, which is then what is to be said.
static gchk_status reach_base_point(gchk_case_work *work, gchk_error *error) {
  const gchk_status status = gchk_reach_base_point(work, error);
  if (!work->options->probes || work->instance == NULL || work->y == NULL || status == GCHK_NO_MEMORY)
    return status;
  GCHK_TRY(gchk_probe_element_size(work, error));
  return work->refused != NULL ? GCHK_OK : status;
}

// A row that no stage has judged is no pass.
static void leave_unjudged(gchk_case_result *result) {
  for (size_t i = 0; i < result->tensor_count; i++) {
    gchk_tensor_result *row = &result->tensors[i];
    if (row->verdict != GCHK_PASS || row->worst_count > 0)
      continue;
    row->verdict = GCHK_SKIPPED;
    row->reason = "the case ended before it was checked";
    row->checked = 0;
  }
}

// Nothing is called: forward alone says nothing about a gradient.
static void skip_without_backward(gchk_case_result *result) {
  result->verdict = GCHK_SKIPPED;
  result->reason = GCHK_NO_BACKWARD;
}

gchk_status gchk_check_case(const gchk_case *spec, const gchk_options *options, gchk_arena *arena,
                            const gchk_case_host *host, gchk_case_result *result, gchk_error *error) {
  double began = gchk_now();
  gchk_error inner = {GCHK_OK, ""};
  gchk_case_work work;
  gchk_case_start(spec, arena, result);
  if (spec->layer->backward == NULL) {
    skip_without_backward(result);
    return GCHK_OK;
  }
  gchk_status status = gchk_work_open(&work, spec, options, arena, &inner);
  work.stage = host->stage;
  work.stage_context = host->stage_context;
  work.crew = host->crew;
  work.is_part = options->parts > 0 && gchk_case_is_divided(spec);
  tell(&work, "forward");
  if (status == GCHK_OK)
    status = gchk_read_suppressions(&work, result, &inner);
  if (status == GCHK_OK)
    status = reach_base_point(&work, &inner);
  if (status == GCHK_OK)
    status = run_stages(&work, result, &inner);
  if (status == GCHK_OK && work.is_part) {
    leave_unjudged(result);
    result->verdict = GCHK_SKIPPED;
    result->reason = GCHK_DIVIDED;
  } else if (status == GCHK_OK) {
    (void)gchk_suppress(&work.findings, NULL, result);
    gchk_judge_case(&work, result);
  }
  gchk_judge_printed(&work, result);
  result->finding_count = work.findings.count;
  result->findings = work.findings.findings;
  if (status == GCHK_OK)
    gchk_drop_if_coarse(spec, arena, result);
  if (work.instance != NULL)
    result->forward_calls = gchk_work_calls(&work);
  // Texts that could not be copied into the result, and what a diagnosis had no room for, show here.
  const bool is_out_of_memory = status == GCHK_NO_MEMORY || work.findings.failed || gchk_arena_has_failed(arena) ||
                                (work.scratch != NULL && gchk_arena_has_failed(work.scratch));
  gchk_work_close(&work);
  result->wall_s = gchk_now() - began;
  if (is_out_of_memory)
    return gchk_fail(error, GCHK_NO_MEMORY, "%s",
                     status == GCHK_NO_MEMORY ? inner.message : "out of memory for its result");
  if (status != GCHK_OK) {
    const char *reason = or_empty(gchk_arena_strdup(arena, inner.message));
    if (!gchk_drop_case(spec, arena, reason, result)) {
      result->verdict = GCHK_ERROR;
      result->reason = reason;
      leave_unjudged(result);
    }
  }
  return GCHK_OK;
}
