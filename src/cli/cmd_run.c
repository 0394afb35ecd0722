/* gradcheck run: targets -> cases -> result -> reports and exit status. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "common.h"
#include "dump.h"
#include "gradcheck/event.h"
#include "gradcheck/layers.h"
#include "progress.h"
#include "signals.h"
#include "targets.h"

static gchk_options check_options(const cli_options *options, cli_progress *progress, cli_dump *dump) {
  gchk_options check = GCHK_OPTIONS_INIT;
  check.seed = options->seed;
  check.step = options->step;
  check.threshold = options->threshold.all;
  check.threshold_f64 = options->threshold.f64;
  check.threshold_f32 = options->threshold.f32;
  check.budget = options->budget;
  check.jobs = options->jobs;
  check.timeout_s = options->timeout_s;
  check.memory_mib = (size_t)options->memory_mib;
  check.isolate = !options->no_isolation;
  check.probes = !options->no_probes;
  check.strict = options->strict;
  check.allow_inconclusive = options->allow_inconclusive;
  check.progress = cli_progress_tell;
  check.progress_context = progress;
  check.interrupt = cli_catch_signals();
  check.arrays = dump->folder == NULL ? NULL : cli_dump_arrays;
  check.gradients_context = dump;
  return check;
}

static gchk_status describe_run(gchk_result *result, const cli_options *options, const char *title, gchk_error *error) {
  const gchk_blas_info blas = gchk_blas_get_info();
  char filter[1024] = "";
  size_t used = 0;
  for (size_t i = 0; i < options->filters.count && used < sizeof filter; i++) {
    int length = snprintf(filter + used, sizeof filter - used, "%s%s", i > 0 ? " " : "", options->filters.at[i]);
    used += length > 0 ? (size_t)length : 0;
  }
  const gchk_run_description run = {.title = title,
                                    .filter = filter,
                                    .dtype = options->dtype,
                                    .shard = options->shard,
                                    .shards = options->shards,
                                    .blas_library = blas.library,
                                    .blas_core = blas.core,
                                    .blas_threads = blas.threads,
                                    .argc = options->recorded_count,
                                    .argv = options->recorded};
  return gchk_result_describe(result, &run, error);
}

static gchk_status append_summary(const gchk_result *result, const char *path, gchk_error *error) {
  FILE *out = fopen(path, "a");
  if (out == NULL)
    return GCHK_OK; // nothing that the runner reads is there
  gchk_status status = gchk_report_write(result, GCHK_MARKDOWN, NULL, out, error);
  if (fclose(out) != 0 && status == GCHK_OK)
    status = gchk_fail(error, GCHK_IO, "%s: cannot be written: %s", path, strerror(errno));
  return status;
}

/* Under GitHub Actions: annotations beside the code, and the step's summary. */
static int print_annotations(const gchk_result *result) {
  const char *actions = getenv("GITHUB_ACTIONS"), *summary = getenv("GITHUB_STEP_SUMMARY");
  if (actions == NULL || strcmp(actions, "true") != 0)
    return 0;
  gchk_error error;
  gchk_status status = gchk_annotations_write(result, stdout, &error);
  if (status == GCHK_OK && summary != NULL && summary[0] != '\0')
    status = append_summary(result, summary, &error);
  return status == GCHK_OK ? 0 : cli_fail_writing(&error);
}

typedef struct run {
  const cli_options *options;
  cli_targets *targets;
  gchk_result *before; // the baseline, or NULL
  gchk_result *result;
  FILE *events;
} run;

static gchk_status open_all(run *r, gchk_error *error) {
  const cli_options *options = r->options;
  if (cli_targets_open(&r->targets, options->arguments, options->argument_count, options, error) != GCHK_OK)
    return error->status;
  if (options->baseline != NULL && gchk_result_read(options->baseline, &r->before, error) != GCHK_OK)
    return error->status;
  if (options->events == NULL)
    return GCHK_OK;
  r->events = strcmp(options->events, "-") == 0 ? stdout : fopen(options->events, "w");
  if (r->events == NULL)
    return gchk_fail(error, GCHK_INVALID, "%s: cannot be written: %s", options->events, strerror(errno));
  return GCHK_OK;
}

static void close_all(run *r) {
  if (r->events != NULL && r->events != stdout)
    (void)fclose(r->events);
  gchk_result_free(r->result);
  gchk_result_free(r->before);
  cli_targets_close(r->targets);
}

static gchk_status check(run *r, gchk_error *error) {
  cli_progress progress;
  size_t count;
  const gchk_case *cases = cli_targets_cases(r->targets, &count);
  const char *title = cli_targets_title(r->targets);
  cli_progress_init(&progress, r->options->quiet, r->events);
  if (r->events != NULL && gchk_event_start(r->events, title, count, r->options->seed, error) != GCHK_OK)
    return error->status;
  cli_dump dump = {r->options->dump};
  gchk_options options = check_options(r->options, &progress, &dump);
  gchk_status status = gchk_check_cases(cases, count, &options, &r->result, error);
  cli_progress_end(&progress);
  if (status == GCHK_OK)
    status = describe_run(r->result, r->options, title, error);
  if (status == GCHK_OK && r->before != NULL)
    status = gchk_result_compare(r->result, r->before, r->options->baseline, error);
  if (status != GCHK_OK)
    return status;
  if (progress.events_failed)
    return gchk_fail(error, GCHK_NO_MEMORY, "%s: events could not be written", r->options->events);
  return r->events == NULL ? GCHK_OK : gchk_event_end(r->events, r->result, error);
}

int cli_run(const cli_options *options) {
  gchk_error error = {GCHK_OK, ""};
  run r = {.options = options};
  if (!cli_outputs_are_writable(options))
    return EXIT_UNFINISHED;
  int code;
  if (open_all(&r, &error) != GCHK_OK) {
    code = cli_fail(&error);
    close_all(&r);
    return code;
  }
  gchk_blas_set_threads(1); // the same sums whatever the machine, and no threads before the forks
  if (check(&r, &error) != GCHK_OK) {
    (void)cli_say(stderr, "\n", "gradcheck: %s", error.message);
    close_all(&r);
    return error.status == GCHK_INVALID ? EXIT_USAGE : EXIT_UNFINISHED;
  }
  code = r.result->exit_code;
  int written = cli_write_reports(r.result, options);
  if (written == 0 && options->save_baseline != NULL &&
      gchk_report_save(r.result, GCHK_JSON, NULL, options->save_baseline, &error) != GCHK_OK) {
    (void)cli_say(stderr, "\n", "gradcheck: %s", error.message);
    written = EXIT_UNFINISHED;
  }
  if (written == 0)
    written = print_annotations(r.result);
  if (*cli_catch_signals() != 0)
    (void)fprintf(stderr, "gradcheck: interrupted: %zu cases were finished\n", r.result->case_count);
  close_all(&r);
  return written != 0 ? EXIT_UNFINISHED : code;
}
