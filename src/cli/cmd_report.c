/* gradcheck report, diff and merge: from results that were written before. */
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "core/arena.h"
#include "report/save.h"
#include "report/text_report.h"
#include "result/baseline.h"
#include "result/merge.h"

int cli_report(const cli_options *options) {
  gchk_error error;
  gchk_result *result = NULL, *before = NULL;
  gchk_status status = gchk_result_read(options->arguments[0], &result, &error);
  if (status == GCHK_OK && options->baseline != NULL)
    status = gchk_result_read(options->baseline, &before, &error);
  if (status == GCHK_OK && before != NULL)
    status = gchk_baseline_compare(result->arena, options->baseline, before, result, &result->baseline, &error);
  if (status == GCHK_OK && before != NULL)
    gchk_result_summarise(result);
  int code = status != GCHK_OK ? cli_fail(&error) : cli_write_reports(result, options);
  // What it reports is a run of then: only a regression that is found now is this command's own.
  if (code == 0 && before != NULL && result->baseline.regression_count > 0)
    code = EXIT_WRONG;
  gchk_result_free(before);
  gchk_result_free(result);
  return code;
}

int cli_diff(const cli_options *options) {
  gchk_error error;
  gchk_result *before = NULL, *after = NULL;
  gchk_baseline_result changes = {0};
  gchk_text text = {0};
  gchk_status status = gchk_result_read(options->arguments[0], &before, &error);
  if (status == GCHK_OK)
    status = gchk_result_read(options->arguments[1], &after, &error);
  if (status == GCHK_OK)
    status = gchk_baseline_compare(after->arena, options->arguments[0], before, after, &changes, &error);
  int code = 0;
  if (status == GCHK_OK) {
    gchk_report_options report = {.color = cli_wants_color(options, stdout)};
    gchk_text_baseline(&changes, &report, &text);
    if (gchk_write_bytes(stdout, "standard output", text.data == NULL ? "" : text.data, text.length, &error) !=
        GCHK_OK) {
      (void)fprintf(stderr, "gradcheck: %s\n", error.message);
      code = EXIT_UNFINISHED;
    } else if (changes.regression_count > 0) {
      code = EXIT_WRONG;
    }
  } else {
    code = cli_fail(&error);
  }
  gchk_text_deinit(&text);
  gchk_result_free(after);
  gchk_result_free(before);
  return code;
}

int cli_merge(const cli_options *options) {
  gchk_error error = {GCHK_OK, ""};
  gchk_status status = GCHK_OK;
  gchk_result *merged = NULL;
  gchk_result **shards = calloc(options->argument_count, sizeof *shards);
  if (shards == NULL)
    status = gchk_fail(&error, GCHK_NO_MEMORY, "out of memory for shards");
  for (size_t i = 0; i < options->argument_count && status == GCHK_OK; i++)
    status = gchk_result_read(options->arguments[i], &shards[i], &error);
  if (status == GCHK_OK)
    status =
        gchk_merge((const gchk_result *const *)shards, options->arguments, options->argument_count, &merged, &error);
  int code;
  if (status != GCHK_OK) {
    code = cli_fail(&error);
  } else {
    code = cli_write_reports(merged, options);
    if (code == 0)
      code = merged->exit_code;
  }
  gchk_result_free(merged);
  for (size_t i = 0; shards != NULL && i < options->argument_count; i++)
    gchk_result_free(shards[i]);
  free(shards);
  return code;
}
