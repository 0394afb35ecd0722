/* What the commands share: errors, colours, writing reports. */
#include "common.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "options/option_parser.h"
#include "process/writable.h"

enum { PATH_SIZE = 4096 };

int cli_fail(const gchk_error *error) {
  cli_complain("%s", error->message);
  return error->status == GCHK_INVALID || error->status == GCHK_IO ? EXIT_USAGE : EXIT_UNFINISHED;
}

int cli_fail_writing(const gchk_error *error) {
  cli_complain("%s", error->message);
  return EXIT_UNFINISHED;
}

gchk_status cli_fail_memory(gchk_error *error, const char *what) {
  return gchk_fail(error, GCHK_NO_MEMORY, "out of memory for %s", what);
}

gchk_load_limits cli_load_limits(const cli_options *options) {
  return (gchk_load_limits){(size_t)options->memory_mib, options->timeout_s};
}

int cli_flush(int status) {
  if (fflush(gchk_output()) == 0 && !ferror(gchk_output()))
    return status;
  cli_complain("cannot write to standard output: %s", strerror(errno));
  return EXIT_UNFINISHED;
}

bool cli_wants_color(const cli_options *options, int out) {
  const char *no = getenv("NO_COLOR"), *force = getenv("FORCE_COLOR");
  if (strcmp(options->color, "auto") != 0)
    return strcmp(options->color, "always") == 0;
  if (no != NULL && no[0] != '\0')
    return false;
  if (force != NULL && force[0] != '\0')
    return true;
  return isatty(out) == 1;
}

bool cli_is_stdout(const char *path) {
  return path != NULL && strcmp(path, "-") == 0;
}

void cli_lose(gchk_result *result, const gchk_error *error) {
  cli_complain("%s", error->message);
  gchk_result_is_unwritten(result, error->message);
}

/* A report of an earlier run is not left in the place of one that could not be written. */
static void lose(gchk_result *result, const char *path, const gchk_error *error) {
  if (cli_is_replaced(path))
    (void)unlink(path);
  cli_lose(result, error);
}

static void save(gchk_result *result, gchk_format format, const char *path, const cli_options *options) {
  const gchk_report_options report = {.verbosity = options->quiet     ? -1
                                                   : options->verbose ? 1
                                                                      : 0,
                                      .strict = options->strict,
                                      .color = cli_is_stdout(path) && cli_wants_color(options, fileno(gchk_output()))};
  gchk_error error;
  if (gchk_report_save(result, format, &report, path, &error) != GCHK_OK)
    lose(result, path, &error);
}

static void save_html_dir(gchk_result *result, const char *folder, bool is_again) {
  gchk_error error;
  char index[PATH_SIZE];
  if (folder == NULL)
    return;
  (void)snprintf(index, sizeof index, "%s/index.html", folder);
  if ((!is_again || access(index, F_OK) == 0) && gchk_html_save_folder(result, folder, &error) != GCHK_OK)
    lose(result, index, &error);
}

// Each format where it is wanted; text behind others, which is what a terminal ends with, and JSON behind all files.
static void save_all(gchk_result *result, const cli_options *options, bool are_files, bool is_again) {
  for (size_t i = 1; i <= GCHK_FORMAT_COUNT; i++) {
    const gchk_format format = (gchk_format)((i + are_files) % GCHK_FORMAT_COUNT);
    const char *path = options->reports[format];
    if (path != NULL && cli_is_replaced(path) == are_files && (!is_again || access(path, F_OK) == 0))
      save(result, format, path, options);
  }
}

void cli_write_files_again(gchk_result *result, const cli_options *options) {
  save_html_dir(result, options->html_dir, true);
  save_all(result, options, true, true);
}

void cli_write_reports(gchk_result *result, const cli_options *options) {
  bool is_taken = cli_is_stdout(options->events), is_known = result->unwritten != NULL;
  for (size_t i = 0; i < GCHK_FORMAT_COUNT; i++)
    is_taken = is_taken || (options->reports[i] != NULL && (i == GCHK_TEXT || cli_is_stdout(options->reports[i])));
  save_html_dir(result, options->html_dir, false);
  save_all(result, options, true, false);
  if (!is_known && result->unwritten != NULL)
    cli_write_files_again(result, options);
  is_known = result->unwritten != NULL;
  save_all(result, options, false, false);
  if (!is_taken)
    save(result, GCHK_TEXT, "-", options);
  if (!is_known && result->unwritten != NULL)
    cli_write_files_again(result, options);
}

static bool can_write(const char *path, bool can_be) {
  if (!can_be)
    cli_complain("%s: cannot be written: %s", path, strerror(errno));
  return can_be;
}

gchk_status cli_read_baseline(const char *path, const cli_options *options, gchk_result **before, gchk_error *error) {
  GCHK_TRY(gchk_result_read(path, before, error));
  GCHK_TRY(gchk_baseline_validate(*before, path, error));
  for (size_t i = 0; i < options->renamed.count; i++)
    if (gchk_baseline_rename(*before, options->renamed.at[i], error) != GCHK_OK)
      return gchk_fail_within(error, "%s", path);
  return GCHK_OK;
}

bool cli_has_baseline_to_rename(const cli_options *options) {
  if (options->renamed.count == 0 || options->baseline != NULL)
    return true;
  cli_complain("--renamed %s goes with --baseline FILE, which has the old name", options->renamed.at[0]);
  return false;
}

bool cli_outputs_are_writable(const cli_options *options, unsigned command) {
  cli_output outputs[CLI_MOST_OUTPUTS];
  const size_t count = cli_options_outputs(options, command, outputs);
  for (size_t i = 0; i < count; i++)
    if (!cli_is_stdout(outputs[i].path) &&
        !can_write(outputs[i].path, cli_can_be_file(outputs[i].path, outputs[i].path != options->events)))
      return false;
  return (options->html_dir == NULL || can_write(options->html_dir, cli_can_be_folder(options->html_dir))) &&
         (options->dump == NULL || can_write(options->dump, cli_can_be_folder(options->dump)));
}

int cli_print_changes(const gchk_baseline_result *changes, const cli_options *options) {
  const gchk_report_options report = {.color = cli_wants_color(options, fileno(gchk_output()))};
  gchk_error error;
  if (gchk_changes_write(changes, &report, gchk_output(), &error) != GCHK_OK)
    return cli_fail_writing(&error);
  return changes->regression_count > 0 ? EXIT_WRONG : 0;
}

bool cli_make_room(void **array, size_t count, size_t size) {
  if ((count & (count - 1)) != 0)
    return true;
  void *grown = realloc(*array, (count == 0 ? 1 : 2 * count) * size);
  if (grown != NULL)
    *array = grown;
  return grown != NULL;
}
