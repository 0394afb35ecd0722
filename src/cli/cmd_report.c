/* gradcheck report, diff and merge: from results that were written before. */
#include <stdlib.h>

#include "commands.h"
#include "common.h"

int cli_report(const cli_options *options) {
  gchk_error error;
  gchk_result *result = NULL, *before = NULL;
  if (!cli_has_baseline_to_rename(options))
    return EXIT_USAGE;
  gchk_status status = gchk_result_read(options->arguments[0], &result, &error);
  if (status == GCHK_OK && options->baseline != NULL)
    status = cli_read_baseline(options->baseline, options, &before, &error);
  if (status == GCHK_OK && before != NULL)
    status = gchk_result_compare(result, before, options->baseline, &error);
  if (status == GCHK_OK)
    cli_write_reports(result, options);
  const int code = status != GCHK_OK ? cli_fail(&error) : result->exit_code; // a gate may see this command alone
  gchk_result_free(before);
  gchk_result_free(result);
  return code;
}

/* What was not run has not got worse, and has not been seen to be as good. */
static int tell_interruption(const gchk_result *after, const char *path, int code) {
  if (after->complete)
    return code;
  cli_complain("%s: is of a run that %s after %zu cases; the others are not compared", path, gchk_result_ending(after),
               after->case_count);
  return EXIT_UNFINISHED;
}

int cli_diff(const cli_options *options) {
  gchk_error error;
  gchk_result *before = NULL, *after = NULL;
  gchk_status status = cli_read_baseline(options->arguments[0], options, &before, &error);
  if (status == GCHK_OK)
    status = gchk_result_read(options->arguments[1], &after, &error);
  if (status == GCHK_OK)
    status = gchk_result_compare(after, before, options->arguments[0], &error);
  int code = status == GCHK_OK ? cli_print_changes(&after->baseline, options) : cli_fail(&error);
  if (status == GCHK_OK)
    code = tell_interruption(after, options->arguments[1], code);
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
  if (status == GCHK_OK)
    cli_write_reports(merged, options);
  const int code = status != GCHK_OK ? cli_fail(&error) : merged->exit_code;
  gchk_result_free(merged);
  for (size_t i = 0; shards != NULL && i < options->argument_count; i++)
    gchk_result_free(shards[i]);
  free(shards);
  return code;
}
