/*
 * gradcheck accept RESULT.json BASELINE.json: from now on runs are compared with this result. What got worse, vanished
 * or is called otherwise is accepted by it; what is wrong is not, for it would pass ever after.
 */
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "common.h"

/* Is every case of the run in it? A part of them would leave the others without a baseline. */
static bool is_part(const gchk_result *result, const gchk_result *before) {
  return result->config.shards > 1 ||
         (result->config.filter[0] != '\0' && strcmp(result->config.filter, before->config.filter) != 0);
}

/* What keeps the result from being a baseline; NULL: nothing does. */
static const char *objection(const gchk_result *result, const gchk_result *before) {
  if (result->exit_code != 0)
    return "its run did not pass";
  if (before != NULL && is_part(result, before))
    return "it has a part of the cases only (--filter, --last-failed or --shard)";
  return NULL;
}

/* The baseline that is there, or NULL. */
static gchk_status read_before(const char *path, const cli_options *options, gchk_result **before, gchk_error *error) {
  if (access(path, F_OK) == 0)
    return cli_read_baseline(path, options, before, error);
  cli_complain("%s: there is none yet: this is the first one", path);
  return GCHK_OK;
}

static int accept(gchk_result *result, gchk_result *before, const cli_options *options) {
  const char *path = options->arguments[1];
  gchk_error error;
  result->baseline = (gchk_baseline_result){0}; // of an earlier comparison
  gchk_result_summarise(result);
  const char *why_not = objection(result, before);
  if (why_not != NULL && !options->force) {
    cli_complain("%s: not accepted: %s; --force accepts it all the same", options->arguments[0], why_not);
    return EXIT_WRONG;
  }
  if (gchk_report_save(result, GCHK_JSON, NULL, path, &error) != GCHK_OK)
    return cli_fail_writing(&error);
  if (before == NULL)
    return 0;
  if (gchk_result_compare(result, before, path, &error) != GCHK_OK)
    return cli_fail(&error);
  const int code = cli_print_changes(&result->baseline, options);
  return code == EXIT_WRONG ? 0 : code; // these regressions are accepted
}

int cli_accept(const cli_options *options) {
  gchk_error error;
  gchk_result *result = NULL, *before = NULL;
  gchk_status status = gchk_result_read(options->arguments[0], &result, &error);
  if (status == GCHK_OK)
    status = gchk_baseline_validate(result, options->arguments[0], &error);
  if (status == GCHK_OK)
    status = read_before(options->arguments[1], options, &before, &error);
  const int code = status == GCHK_OK ? accept(result, before, options) : cli_fail(&error);
  gchk_result_free(before);
  gchk_result_free(result);
  return code;
}
