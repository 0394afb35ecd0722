/* Writes a result as JSON. What differs between two runs of one seed is under `environment` and `timing` alone. */
#include "result/json_report.h"

#include "result/case_json.h"

static void write_run(gchk_json *json, const gchk_result *result) {
  gchk_json_object(json, "tool");
  gchk_json_string(json, "name", "gradcheck");
  gchk_json_string(json, "version", result->tool_version);
  gchk_json_end(json);
  gchk_json_object(json, "run");
  gchk_json_string(json, "verdict", gchk_verdict_name(result->verdict));
  gchk_json_integer(json, "exit_code", result->exit_code);
  gchk_json_bool(json, "complete", result->complete);
  gchk_json_count(json, "seed", result->seed);
  gchk_json_flat_array(json, "argv");
  for (size_t i = 0; i < result->argc; i++)
    gchk_json_string(json, NULL, result->argv[i]);
  gchk_json_end(json);
  gchk_json_string(json, "title", result->title);
  gchk_json_end(json);
}

static void write_config(gchk_json *json, const gchk_config_result *config) {
  gchk_json_object(json, "config");
  gchk_json_string(json, "scheme", config->scheme);
  gchk_json_real_or_null(json, "step", config->step);
  gchk_json_string(json, "dtype", config->dtype == GCHK_DTYPE_UNSET ? NULL : gchk_dtype_name(config->dtype));
  gchk_json_real_or_null(json, "threshold", config->threshold);
  gchk_json_string(json, "filter", config->filter);
  gchk_json_count(json, "budget", config->budget);
  gchk_json_bool(json, "probes", config->probes);
  gchk_json_bool(json, "strict", config->strict);
  gchk_json_bool(json, "allow_inconclusive", config->allow_inconclusive);
  gchk_json_count(json, "shard", config->shard);
  gchk_json_count(json, "shards", config->shards);
  gchk_json_end(json);
}

static void write_summary(gchk_json *json, const gchk_summary *summary) {
  gchk_json_object(json, "summary");
  gchk_json_flat_object(json, "cases");
  gchk_json_count(json, "total", summary->cases);
  gchk_json_count(json, "pass", summary->pass);
  gchk_json_count(json, "fail", summary->fail);
  gchk_json_count(json, "inconclusive", summary->inconclusive);
  gchk_json_count(json, "skipped", summary->skipped);
  gchk_json_count(json, "error", summary->error);
  gchk_json_count(json, "expected_failures", summary->expected_failures);
  gchk_json_end(json);
  gchk_json_flat_object(json, "elements");
  gchk_json_count(json, "checked", summary->elements_checked);
  gchk_json_count(json, "total", summary->elements_total);
  gchk_json_count(json, "fail", summary->elements_fail);
  gchk_json_end(json);
  gchk_json_end(json);
}

static void write_baseline(gchk_json *json, const gchk_baseline_result *baseline) {
  if (!baseline->file) {
    gchk_json_null(json, "baseline");
    return;
  }
  gchk_json_object(json, "baseline");
  gchk_json_string(json, "file", baseline->file);
  gchk_json_count(json, "regressions", baseline->regression_count);
  gchk_json_array(json, "changes");
  for (size_t i = 0; i < baseline->change_count; i++) {
    const gchk_change *change = &baseline->changes[i];
    gchk_json_object(json, NULL);
    gchk_json_string(json, "case", change->case_name);
    gchk_json_string(json, "tensor", change->tensor);
    gchk_json_string(json, "what", change->what);
    gchk_json_bool(json, "regression", change->is_regression);
    gchk_json_string(json, "verdict_before", gchk_verdict_name(change->verdict_before));
    gchk_json_string(json, "verdict_after", gchk_verdict_name(change->verdict_after));
    gchk_json_real_or_null(json, "before", change->before);
    gchk_json_real_or_null(json, "after", change->after);
    gchk_json_end(json);
  }
  gchk_json_end(json);
  gchk_json_end(json);
}

static void write_environment(gchk_json *json, const gchk_environment *environment) {
  gchk_json_object(json, "environment");
  gchk_json_string(json, "cpu", environment->cpu);
  gchk_json_string(json, "compiler", environment->compiler);
  gchk_json_object(json, "blas");
  gchk_json_string(json, "library", environment->blas_library);
  gchk_json_string(json, "core", environment->blas_core);
  gchk_json_count(json, "threads", environment->blas_threads);
  gchk_json_end(json);
  gchk_json_string(json, "os", environment->os);
  gchk_json_end(json);
}

static void write_timing(gchk_json *json, const gchk_result *result) {
  gchk_json_object(json, "timing");
  gchk_json_real(json, "wall_s", result->wall_s);
  gchk_json_count(json, "forward_calls", result->forward_calls);
  gchk_json_array(json, "cases");
  for (size_t i = 0; i < result->case_count; i++) {
    gchk_json_flat_object(json, NULL);
    gchk_json_string(json, "name", result->cases[i].name);
    gchk_json_real(json, "wall_s", result->cases[i].wall_s);
    gchk_json_count(json, "forward_calls", result->cases[i].forward_calls);
    gchk_json_end(json);
  }
  gchk_json_end(json);
  gchk_json_end(json);
}

void gchk_json_report(const gchk_result *result, gchk_text *out) {
  gchk_json json = {.text = out};
  gchk_json_object(&json, NULL);
  gchk_json_string(&json, "format", GCHK_FORMAT_NAME);
  gchk_json_integer(&json, "format_version", GCHK_FORMAT_VERSION);
  write_run(&json, result);
  write_config(&json, &result->config);
  write_summary(&json, &result->summary);
  gchk_json_array(&json, "cases");
  for (size_t i = 0; i < result->case_count; i++)
    gchk_case_write(&json, NULL, &result->cases[i], false);
  gchk_json_end(&json);
  write_baseline(&json, &result->baseline);
  write_environment(&json, &result->environment);
  write_timing(&json, result);
  gchk_json_end(&json);
  gchk_text_put(out, "\n");
}
