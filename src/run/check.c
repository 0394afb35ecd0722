/* The public calls: a layer, or a list of cases, to a result. */
#include "gradcheck/check.h"

#include <math.h>

#include "check/adopt.h"
#include "check/case_check.h"
#include "check/divided.h"
#include "core/arena.h"
#include "core/clock.h"
#include "core/memory.h"
#include "gradcheck/compare.h"
#include "instance/conditions.h"
#include "reach/reach_gate.h"
#include "run/child_environment.h"
#include "run/isolate.h"
#include "run/run.h"

static const gchk_options default_options = GCHK_OPTIONS_INIT;

static void describe_options(const gchk_options *options, gchk_result *result) {
  result->seed = options->seed;
  result->config.step = options->step > 0 ? options->step : (double)NAN;
  result->config.threshold = options->threshold > 0 ? options->threshold : (double)NAN;
  result->config.threshold_f64 = options->threshold_f64 > 0 ? options->threshold_f64 : (double)NAN;
  result->config.threshold_f32 = options->threshold_f32 > 0 ? options->threshold_f32 : (double)NAN;
  result->config.min_reach = options->min_reach > 0 ? options->min_reach : (double)NAN;
  result->config.budget = options->budget;
  result->config.full = options->full;
  result->config.probes = options->probes;
  result->config.strict = options->strict;
  result->config.allow_inconclusive = options->allow_inconclusive;
}

static gchk_status validate_cases(const gchk_case *cases, size_t count, const gchk_options *options,
                                  gchk_error *error) {
  if (!(options->step >= 0) || isinf(options->step))
    return gchk_fail(error, GCHK_INVALID, "a step of %g; it must be finite and positive, or 0 for adaptive steps",
                     options->step);
  const double thresholds[] = {options->threshold, options->threshold_f64, options->threshold_f32};
  for (size_t i = 0; i < sizeof thresholds / sizeof thresholds[0]; i++)
    if (!(thresholds[i] >= 0))
      return gchk_fail(error, GCHK_INVALID, "a threshold of %g; it must be positive, or 0 for none", thresholds[i]);
  if (!(options->min_reach >= 0 && options->min_reach <= 1))
    return gchk_fail(error, GCHK_INVALID, "a least reach of %g; it is a share of branches, from 0 to 1",
                     options->min_reach);
  if (options->full && options->budget > 0)
    return gchk_fail(error, GCHK_INVALID,
                     "every element is to be checked and also %llu of them: leave out one of --full and --budget",
                     (unsigned long long)options->budget);
  if (options->min_reach > 0 && !options->isolate)
    return gchk_fail(error, GCHK_INVALID,
                     "which branches run is seen in processes of their own: leave out --no-isolation (set `isolate`)");
  if (options->part > options->parts || (options->parts > 0 && (options->part == 0 || options->store == NULL)))
    return gchk_fail(error, GCHK_INVALID, "part %zu of %zu%s; parts are counted from 1, and need a store",
                     options->part, options->parts, options->store == NULL ? " without a store" : "");
  for (size_t i = 0; i < count; i++) {
    gchk_status status = gchk_layer_validate(cases[i].layer, error);
    if (status == GCHK_OK && cases[i].name == NULL)
      status = gchk_fail(error, GCHK_INVALID, "case %zu has no name", i);
    if (status != GCHK_OK)
      return gchk_fail_within(error, "%s", cases[i].name != NULL ? cases[i].name : "a case");
    const char *sizes = cases[i].sizes != NULL ? cases[i].sizes : cases[i].layer->sizes;
    if (gchk_conditions_check_text(cases[i].layer, sizes, error) != GCHK_OK)
      return gchk_fail_within(error, "%s", cases[i].name);
    if (cases[i].layer->reference != NULL &&
        gchk_reference_check(cases[i].layer->reference, cases[i].layer, sizes, cases[i].options, error) != GCHK_OK)
      return gchk_fail_within(error, "%s", cases[i].name);
    if (!(cases[i].threshold >= 0) || !(cases[i].step >= 0))
      return gchk_fail(error, GCHK_INVALID, "%s: its threshold and its step must be positive, or 0 for none",
                       cases[i].name);
  }
  return GCHK_OK;
}

// Every parts-th case is this part's own, and a row of its result; of a case that is divided all parts have some.
static void take_share(gchk_run *run) {
  const gchk_options *o = run->options;
  for (size_t i = 0; i < run->count; i++) {
    const bool is_own = o->parts == 0 || i % o->parts == o->part - 1;
    const bool is_divided = (o->parts > 0 || o->divided_only) && gchk_case_is_divided(&run->cases[i]);
    const bool is_taken = is_divided || (is_own && !o->divided_only);
    run->is_row[i] = is_taken && is_own;
    run->is_finished[i] = run->is_left_out[i] = !is_taken;
    run->left_out += !is_taken;
    run->elements_total += is_taken ? gchk_case_elements(&run->cases[i]) : 0;
  }
  run->finished = run->left_out;
}

// The finished cases, in order, without the gaps that an interruption leaves; `asked` is how many were to be checked.
static void keep_finished(gchk_run *run, size_t asked) {
  gchk_result *result = run->result;
  for (size_t i = 0; i < run->count; i++)
    if (run->is_finished[i] && run->is_row[i])
      run->slots[result->case_count++] = run->slots[i];
  result->cases = run->slots;
  const bool is_over = run->finished == run->count, has_all = run->count - run->left_out == asked;
  result->complete = is_over && has_all;
  if (is_over && !has_all)
    result->stopped_by = "--fail-fast";
}

static gchk_status run_cases(const gchk_case *cases, size_t count, const gchk_options *options, gchk_result *result,
                             gchk_error *error) {
  double began = gchk_now();
  GCHK_TRY(validate_cases(cases, count, options, error));
  gchk_run run = {.cases = cases,
                  .count = count,
                  .options = options,
                  .result = result,
                  .slots = gchk_arena_alloc(result->arena, count, sizeof *run.slots),
                  .is_finished = gchk_arena_alloc(result->arena, count, sizeof *run.is_finished),
                  .is_left_out = gchk_arena_alloc(result->arena, count, sizeof *run.is_left_out),
                  .is_row = gchk_arena_alloc(result->arena, count, sizeof *run.is_row),
                  .elements_of = gchk_arena_alloc(result->arena, count, sizeof *run.elements_of)};
  if (run.slots == NULL || run.is_finished == NULL || run.is_left_out == NULL || run.is_row == NULL ||
      run.elements_of == NULL || !gchk_describe_environment(result))
    return gchk_fail_memory(error, "a result");
  for (size_t i = 0; i < count; i++)
    gchk_case_start(&cases[i], result->arena, &run.slots[i]);
  take_share(&run);
  const size_t asked = count - run.left_out;
  const gchk_blas_threads blas_threads = gchk_use_one_blas_thread();
  const gchk_status status = options->isolate ? gchk_run_isolated(&run, error) : gchk_run_here(&run, error);
  gchk_restore_blas_threads(&blas_threads);
  if (status != GCHK_OK)
    return status;
  for (size_t i = 0; i < run.count; i++)
    if (run.is_finished[i])
      (void)gchk_run_pass_over_if_told(&run, i);
  keep_finished(&run, asked);
  if (options->min_reach > 0 && result->complete)
    GCHK_TRY(gchk_reach_gate(result, options->min_reach, error));
  describe_options(options, result);
  result->config.cases = count;
  result->wall_s = gchk_now() - began;
  gchk_result_summarise(result);
  return GCHK_OK;
}

gchk_status gchk_check_cases(const gchk_case *cases, size_t count, const gchk_options *options, gchk_result **result,
                             gchk_error *error) {
  *result = NULL;
  gchk_options own_options;
  const gchk_case *own_cases;
  GCHK_TRY(gchk_adopt_options(&own_options, options != NULL ? options : &default_options, error));
  gchk_result *made = gchk_result_new();
  if (made == NULL)
    return gchk_fail_memory(error, "a result");
  gchk_status status = gchk_adopt_cases(&own_cases, cases, count, made->arena, error);
  if (status == GCHK_OK)
    status = run_cases(own_cases, count, &own_options, made, error);
  if (status == GCHK_OK && gchk_arena_has_failed(made->arena))
    status = gchk_fail_memory(error, "a result");
  if (status != GCHK_OK) {
    gchk_result_free(made);
    return status;
  }
  *result = made;
  return GCHK_OK;
}

gchk_status gchk_check_layer(const gchk_layer *layer, const gchk_options *options, gchk_result **result,
                             gchk_error *error) {
  *result = NULL;
  gchk_case_list list;
  GCHK_TRY(gchk_layer_cases(layer, &list, error));
  gchk_status status = gchk_check_cases(list.cases, list.count, options, result, error);
  if (status == GCHK_OK) {
    (*result)->title = gchk_arena_strdup((*result)->arena, layer->name);
    if ((*result)->title == NULL) {
      gchk_result_free(*result);
      *result = NULL;
      status = gchk_fail_memory(error, "a result");
    }
  }
  gchk_case_list_deinit(&list);
  return status;
}
