/*
 * Reads a result from JSON. The summary is read, not computed again: a file says what its run said. A number of cases
 * that contradicts the list is refused all the same: it is a file that was cut or edited.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "gradcheck/report.h"
#include "result/case_json.h"
#include "result/json_report.h"

static const char *verdict_name(int i) {
  return gchk_verdict_name((gchk_verdict)i);
}

static const char *dtype_name(int i) {
  return gchk_dtype_name((gchk_dtype)i);
}

static gchk_verdict read_verdict(gchk_reader *reader, const json_t *object, const char *key) {
  return (gchk_verdict)gchk_read_name(reader, object, key, verdict_name, GCHK_ERROR + 1, false);
}

static void read_format(gchk_reader *reader, const json_t *root) {
  const json_t *format = json_object_get(root, "format");
  if (!json_is_string(format) || strcmp(json_string_value(format), GCHK_FORMAT_NAME) != 0)
    gchk_read_wrong(reader, "format", format, "\"" GCHK_FORMAT_NAME "\": the file that --json writes");
  const json_t *version = json_object_get(root, "format_version");
  if (!json_is_integer(version) || json_integer_value(version) != GCHK_FORMAT_VERSION)
    gchk_read_wrong(reader, "format_version", version,
                    "1, which is what this gradcheck reads; use one that fits the file");
}

static void read_run(gchk_reader *reader, const json_t *root, gchk_result *result) {
  const json_t *tool = gchk_enter_object(reader, root, "tool", false);
  result->tool_version = gchk_read_string(reader, tool, "version");
  gchk_leave(reader);
  const json_t *run = gchk_enter_object(reader, root, "run", false);
  result->verdict = read_verdict(reader, run, "verdict");
  result->exit_code = gchk_read_integer(reader, run, "exit_code", 0, 255);
  result->complete = gchk_read_bool(reader, run, "complete");
  result->seed = gchk_read_count(reader, run, "seed");
  const json_t *argv = gchk_enter_array(reader, run, "argv", false, &result->argc);
  result->argv = gchk_read_alloc(reader, result->argc, sizeof *result->argv);
  for (size_t i = 0; i < result->argc && result->argv; i++) {
    const json_t *item = json_array_get(argv, i);
    if (!json_is_string(item))
      gchk_read_wrong(reader, NULL, item, "a string");
    else if (!(result->argv[i] = gchk_arena_strdup(reader->arena, json_string_value(item))))
      gchk_read_no_memory(reader);
  }
  gchk_leave(reader);
  result->title = gchk_read_string(reader, run, "title");
  gchk_leave(reader);
}

static void read_config(gchk_reader *reader, const json_t *root, gchk_config_result *config) {
  const json_t *from = gchk_enter_object(reader, root, "config", false);
  config->scheme = gchk_read_string(reader, from, "scheme");
  config->step = gchk_read_real(reader, from, "step");
  config->dtype = (gchk_dtype)gchk_read_name(reader, from, "dtype", dtype_name, GCHK_I32 + 1, true);
  config->threshold = gchk_read_real(reader, from, "threshold");
  config->filter = gchk_read_string(reader, from, "filter");
  config->budget = gchk_read_count(reader, from, "budget");
  config->probes = gchk_read_bool(reader, from, "probes");
  config->strict = gchk_read_bool(reader, from, "strict");
  config->allow_inconclusive = gchk_read_bool(reader, from, "allow_inconclusive");
  config->shard = gchk_read_count(reader, from, "shard");
  config->shards = gchk_read_count(reader, from, "shards");
  if (config->shard == 0 || config->shard > config->shards)
    gchk_read_wrong(reader, "shard", json_object_get(from, "shard"), "a shard from 1 to \"shards\"");
  gchk_leave(reader);
}

static void read_summary(gchk_reader *reader, const json_t *root, gchk_summary *summary) {
  const json_t *from = gchk_enter_object(reader, root, "summary", false);
  const json_t *cases = gchk_enter_object(reader, from, "cases", false);
  summary->cases = gchk_read_size(reader, cases, "total");
  summary->pass = gchk_read_size(reader, cases, "pass");
  summary->fail = gchk_read_size(reader, cases, "fail");
  summary->inconclusive = gchk_read_size(reader, cases, "inconclusive");
  summary->skipped = gchk_read_size(reader, cases, "skipped");
  summary->error = gchk_read_size(reader, cases, "error");
  summary->expected_failures = gchk_read_size(reader, cases, "expected_failures");
  gchk_leave(reader);
  const json_t *elements = gchk_enter_object(reader, from, "elements", false);
  summary->elements_checked = gchk_read_count(reader, elements, "checked");
  summary->elements_total = gchk_read_count(reader, elements, "total");
  summary->elements_fail = gchk_read_count(reader, elements, "fail");
  gchk_leave(reader);
  gchk_leave(reader);
}

static void read_cases(gchk_reader *reader, const json_t *root, gchk_result *result) {
  const json_t *list = gchk_enter_array(reader, root, "cases", false, &result->case_count);
  if (result->case_count != result->summary.cases)
    gchk_read_wrong(reader, NULL, list, "as many cases as the summary counts");
  result->cases = gchk_read_alloc(reader, result->case_count, sizeof *result->cases);
  for (size_t i = 0; i < result->case_count && result->cases && reader->status == GCHK_OK; i++) {
    gchk_case_read(reader, gchk_enter_item(reader, list, i), &result->cases[i], false);
    gchk_leave(reader);
  }
  gchk_leave(reader);
}

static void read_baseline(gchk_reader *reader, const json_t *root, gchk_baseline_result *baseline) {
  const json_t *from = gchk_enter_object(reader, root, "baseline", true);
  if (from) {
    baseline->file = gchk_read_string(reader, from, "file");
    baseline->regression_count = gchk_read_size(reader, from, "regressions");
    const json_t *list = gchk_enter_array(reader, from, "changes", false, &baseline->change_count);
    baseline->changes = gchk_read_alloc(reader, baseline->change_count, sizeof *baseline->changes);
    for (size_t i = 0; i < baseline->change_count && baseline->changes && reader->status == GCHK_OK; i++) {
      const json_t *item = gchk_enter_item(reader, list, i);
      gchk_change *change = &baseline->changes[i];
      change->case_name = gchk_read_string(reader, item, "case");
      change->tensor = gchk_read_string(reader, item, "tensor");
      change->what = gchk_read_string(reader, item, "what");
      change->is_regression = gchk_read_bool(reader, item, "regression");
      change->verdict_before = read_verdict(reader, item, "verdict_before");
      change->verdict_after = read_verdict(reader, item, "verdict_after");
      change->before = gchk_read_real(reader, item, "before");
      change->after = gchk_read_real(reader, item, "after");
      gchk_leave(reader);
    }
    gchk_leave(reader);
  }
  gchk_leave(reader);
}

static void read_environment(gchk_reader *reader, const json_t *root, gchk_environment *environment) {
  const json_t *from = gchk_enter_object(reader, root, "environment", false);
  environment->cpu = gchk_read_string(reader, from, "cpu");
  environment->compiler = gchk_read_string(reader, from, "compiler");
  const json_t *blas = gchk_enter_object(reader, from, "blas", false);
  environment->blas_library = gchk_read_string(reader, blas, "library");
  environment->blas_core = gchk_read_string(reader, blas, "core");
  environment->blas_threads = gchk_read_size(reader, blas, "threads");
  gchk_leave(reader);
  environment->os = gchk_read_string(reader, from, "os");
  gchk_leave(reader);
}

static void read_timing(gchk_reader *reader, const json_t *root, gchk_result *result) {
  size_t count;
  const json_t *from = gchk_enter_object(reader, root, "timing", false);
  result->wall_s = gchk_read_real(reader, from, "wall_s");
  result->forward_calls = gchk_read_count(reader, from, "forward_calls");
  const json_t *list = gchk_enter_array(reader, from, "cases", false, &count);
  if (count != result->case_count)
    gchk_read_wrong(reader, NULL, list, "one row a case");
  for (size_t i = 0; i < count && reader->status == GCHK_OK; i++) {
    const json_t *item = gchk_enter_item(reader, list, i);
    result->cases[i].wall_s = gchk_read_real(reader, item, "wall_s");
    result->cases[i].forward_calls = gchk_read_count(reader, item, "forward_calls");
    gchk_leave(reader);
  }
  gchk_leave(reader);
  gchk_leave(reader);
}

gchk_status gchk_json_parse(const char *name, const char *text, size_t length, gchk_result **result,
                            gchk_error *error) {
  *result = gchk_result_new();
  if (!*result)
    return gchk_fail_memory(error, name);
  gchk_reader reader = {.arena = (*result)->arena, .file = name, .text = text, .length = length, .error = error};
  json_t *root = gchk_read_text(&reader);
  if (root && !json_is_object(root))
    gchk_read_wrong(&reader, NULL, root, "an object");
  if (root && reader.status == GCHK_OK) {
    read_format(&reader, root);
    read_run(&reader, root, *result);
    read_config(&reader, root, &(*result)->config);
    read_summary(&reader, root, &(*result)->summary);
    read_cases(&reader, root, *result);
    read_baseline(&reader, root, &(*result)->baseline);
    read_environment(&reader, root, &(*result)->environment);
    read_timing(&reader, root, *result);
  }
  json_decref(root);
  if (reader.status != GCHK_OK) {
    gchk_result_free(*result);
    *result = NULL;
  }
  return reader.status;
}

gchk_status gchk_result_read(const char *path, gchk_result **result, gchk_error *error) {
  *result = NULL;
  FILE *file = fopen(path, "rb");
  if (!file)
    return gchk_fail(error, GCHK_IO, "%s: %s", path, strerror(errno));
  gchk_text text = {0};
  char block[65536];
  size_t got;
  while ((got = fread(block, 1, sizeof block, file)) > 0)
    gchk_text_write(&text, block, got);
  int problem = ferror(file) ? errno : 0;
  fclose(file);
  gchk_status status = GCHK_OK;
  if (problem)
    status = gchk_fail(error, GCHK_IO, "%s: %s", path, strerror(problem));
  else if (text.failed)
    status = gchk_fail_memory(error, path);
  else
    status = gchk_json_parse(path, text.length ? text.data : "", text.length, result, error);
  gchk_text_deinit(&text);
  return status;
}
