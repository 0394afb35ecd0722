/* gradcheck run: targets -> cases -> result -> reports and exit status. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "common.h"
#include "dump.h"
#include "gradcheck/event.h"
#include "gradcheck/layers.h"
#include "gradcheck/origins.h"
#include "options/part_of_run.h"
#include "options/texts.h"
#include "paths.h"
#include "process/signals.h"
#include "progress.h"
#include "targets.h"

enum { PROBLEM = 512 };

static gchk_options check_options(const cli_options *options, const gchk_origins *origins, cli_progress *progress,
                                  cli_dump *dump) {
  gchk_options check = GCHK_OPTIONS_INIT;
  check.seed = options->seed;
  check.step = options->step;
  check.threshold = options->threshold.all;
  check.threshold_f64 = options->threshold.f64;
  check.threshold_f32 = options->threshold.f32;
  check.budget = options->budget;
  check.full = options->full;
  check.jobs = options->jobs;
  check.timeout_s = options->timeout_s;
  check.memory_mib = (size_t)options->memory_mib;
  check.isolate = !options->no_isolation;
  check.probes = !options->no_probes;
  check.strict = options->strict;
  check.allow_inconclusive = options->allow_inconclusive;
  check.fail_fast = options->fail_fast;
  check.min_reach = options->min_reach;
  check.store = options->store;
  check.part = options->store != NULL && (options->shards > 1 || options->helps) ? (size_t)options->shard : 0;
  check.parts = check.part > 0 ? (size_t)options->shards : 0;
  check.divided_only = options->helps || options->divided;
  check.code = gchk_origins_code(origins);
  check.progress = cli_progress_tell;
  check.progress_context = progress;
  check.interrupt = cli_catch_signals(options->no_isolation);
  check.arrays = dump->folder == NULL ? NULL : cli_dump_arrays;
  check.gradients_context = dump;
  return check;
}

static gchk_status describe_run(gchk_result *result, const cli_options *options, const cli_targets *targets,
                                const gchk_origins *origins, gchk_error *error) {
  const gchk_blas_info blas = gchk_blas_get_info();
  cli_texts texts = {0};
  const char *filter = "";
  for (size_t i = 0; i < options->filters.count && filter != NULL; i++)
    filter = cli_texts_add(&texts, "%s%s%s", filter, i > 0 ? " " : "", options->filters.at[i]);
  if (filter != NULL && cli_targets_are_repeated(targets))
    filter = cli_texts_add(&texts, "%s%slast-failed", filter, filter[0] != '\0' ? " " : "");
  gchk_case_result *elsewhere = NULL;
  size_t elsewhere_count = 0;
  gchk_status status = cli_case_names_elsewhere(cli_targets_names(targets), &elsewhere, &elsewhere_count, error);
  const gchk_run_description run = {.title = cli_targets_title(targets),
                                    .filter = filter,
                                    .dtype = options->dtype,
                                    .shard = options->shard,
                                    .shards = options->shards,
                                    .cases = options->divided ? result->case_count : cli_targets_selected(targets),
                                    .elsewhere_count = elsewhere_count,
                                    .elsewhere = elsewhere,
                                    .blas_library = blas.library,
                                    .blas_core = blas.core,
                                    .blas_threads = blas.threads,
                                    .blas_better_core = gchk_blas_better_core(),
                                    .argc = options->recorded_count,
                                    .argv = options->recorded,
                                    .origins = origins};
  if (status == GCHK_OK)
    status = filter == NULL ? cli_fail_memory(error, "the filter") : gchk_result_describe(result, &run, error);
  free(elsewhere);
  cli_texts_deinit(&texts);
  return status;
}

static gchk_status append_summary(const gchk_result *result, const char *path, gchk_error *error) {
  FILE *out = fopen(path, "a");
  if (out == NULL)
    return gchk_fail(error, GCHK_IO, "%s: cannot be opened: %s", path, strerror(errno));
  gchk_status status = gchk_report_write(result, GCHK_MARKDOWN, NULL, out, error);
  if (fclose(out) != 0 && status == GCHK_OK)
    status = gchk_fail(error, GCHK_IO, "%s: cannot be written: %s", path, strerror(errno));
  return status;
}

/*
 * Under GitHub Actions: annotations beside the code, and the step's summary. Nobody asked for the summary but the
 * runner, by its environment: that it is lost is said, and the verdict is what it was.
 */
static gchk_status print_annotations(const gchk_result *result, gchk_error *error) {
  const char *actions = getenv("GITHUB_ACTIONS"), *summary = getenv("GITHUB_STEP_SUMMARY");
  if (actions == NULL || strcmp(actions, "true") != 0)
    return GCHK_OK;
  if (summary != NULL && summary[0] != '\0' && append_summary(result, summary, error) != GCHK_OK)
    cli_complain("there is no summary of this step (GITHUB_STEP_SUMMARY): %s", error->message);
  return gchk_annotations_write(result, gchk_output(), error);
}

typedef struct run {
  const cli_options *options;
  cli_targets *targets;
  gchk_result *before; // the baseline, or NULL
  gchk_result *result;
  gchk_origins *origins;
  FILE *events;
  cli_progress progress;
  const volatile int *interrupt;
} run;

/* Where the baseline is to be saved in the file that it is read from, the first run has none yet. */
static gchk_status open_baseline(run *r, gchk_error *error) {
  const char *path = r->options->baseline, *next = r->options->save_baseline;
  if (path == NULL)
    return GCHK_OK;
  const bool is_own = next != NULL && strcmp(path, next) == 0, is_there = access(path, F_OK) == 0;
  if (!is_own && !is_there)
    return gchk_fail(error, GCHK_IO, "--baseline %s: cannot be opened: %s; a run with --save-baseline %s makes it",
                     path, strerror(errno), path);
  if (is_there)
    return cli_read_baseline(path, r->options, &r->before, error);
  cli_complain("--baseline %s: there is none yet: this run is compared with nothing, and is the first one if it passes",
               path);
  return GCHK_OK;
}

/* What the result is made of, as it is before any of it is checked. */
static gchk_status find_origins(run *r, gchk_error *error) {
  const char *const read[] = {r->before != NULL ? r->options->baseline : NULL, r->options->last_failed};
  r->origins = gchk_origins_new();
  if (r->origins == NULL)
    return cli_fail_memory(error, "the list of files");
  for (size_t i = 0; i < sizeof read / sizeof read[0]; i++)
    if (read[i] != NULL)
      GCHK_TRY(gchk_origins_add(r->origins, GCHK_ORIGIN_INPUT, read[i], error));
  return cli_targets_add_origins(r->targets, r->origins, error);
}

static gchk_status open_all(run *r, gchk_error *error) {
  const cli_options *options = r->options;
  if (cli_targets_open(&r->targets, options->arguments, options->argument_count, NULL, options, error) != GCHK_OK)
    return error->status;
  GCHK_TRY(open_baseline(r, error));
  GCHK_TRY(find_origins(r, error));
  const gchk_suite *suite;
  for (size_t i = 0; (suite = cli_targets_suite(r->targets, i)) != NULL; i++)
    GCHK_TRY(cli_paths_check_suite(options, CMD_RUN, suite, error));
  size_t count;
  const gchk_case *cases = cli_targets_cases(r->targets, &count);
  if (options->dump != NULL)
    GCHK_TRY(cli_dump_check(options, cases, count, error));
  if (options->events == NULL)
    return GCHK_OK;
  r->events = strcmp(options->events, "-") == 0 ? gchk_output() : fopen(options->events, "w");
  if (r->events == NULL)
    return gchk_fail(error, GCHK_INVALID, "%s: cannot be written: %s", options->events, strerror(errno));
  if (r->events != gchk_output())
    (void)gchk_part_descriptor(fileno(r->events)); // the only one
  return GCHK_OK;
}

static void close_all(run *r) {
  if (r->events != NULL && r->events != gchk_output())
    (void)fclose(r->events); // every line was flushed
  gchk_result_free(r->result);
  gchk_result_free(r->before);
  gchk_origins_free(r->origins);
  cli_targets_close(r->targets);
}

/* Events that could not be written do not keep the reports from being so. */
static void lose_events(run *r) {
  cli_complain("--events %s: %s", r->options->events, r->progress.events_error.message);
  gchk_result_is_unwritten(r->result, r->progress.events_error.message);
}

static gchk_status check(run *r, gchk_error *error) {
  cli_progress *progress = &r->progress;
  size_t count;
  const gchk_case *cases = cli_targets_cases(r->targets, &count);
  const char *title = cli_targets_title(r->targets);
  cli_progress_init(progress, r->options->quiet, r->events, cli_targets_labels(r->targets));
  if (r->events != NULL &&
      gchk_event_start(r->events, title, count, r->options->seed, &progress->events_error) != GCHK_OK)
    progress->events_failed = true;
  cli_dump dump = {r->options->dump};
  gchk_options options = check_options(r->options, r->origins, progress, &dump);
  r->interrupt = options.interrupt;
  gchk_status status = gchk_check_cases(cases, count, &options, &r->result, error);
  cli_progress_end(progress);
  if (status == GCHK_OK)
    status = gchk_result_label(r->result, cases, cli_targets_labels(r->targets), error);
  if (status == GCHK_OK)
    status = describe_run(r->result, r->options, r->targets, r->origins, error);
  if (status == GCHK_OK && r->before != NULL)
    status = gchk_result_compare(r->result, r->before, r->options->baseline, error);
  return status;
}

/* A baseline is what later runs are held to: what is wrong in it would pass ever after. */
static void save_baseline(gchk_result *result, const cli_options *options) {
  gchk_error error;
  const char *path = options->save_baseline;
  if (path == NULL)
    return;
  if (!result->complete)
    cli_complain("--save-baseline %s: not saved: the run %s", path, gchk_result_ending(result));
  else if (result->exit_code != 0 && !options->force)
    cli_complain("--save-baseline %s: not saved: the run did not pass (exit status %d); --force saves it "
                 "all the same",
                 path, result->exit_code);
  else if (gchk_report_save(result, GCHK_JSON, NULL, path, &error) != GCHK_OK)
    cli_lose(result, &error);
}

/* Each output after what it tells of: what is read at the end knows of all that is lost, and so do files. */
static void write_all(run *r) {
  gchk_error error;
  gchk_result *result = r->result;
  if (r->progress.events_failed)
    lose_events(r);
  save_baseline(result, r->options);
  cli_write_reports(result, r->options);
  const bool is_known = result->unwritten != NULL;
  if (print_annotations(result, &error) != GCHK_OK)
    cli_lose(result, &error);
  if (r->events != NULL && !r->progress.events_failed &&
      gchk_event_end(r->events, result, &r->progress.events_error) != GCHK_OK)
    lose_events(r);
  if (!is_known && result->unwritten != NULL)
    cli_write_files_again(result, r->options);
}

static int run_all(const cli_options *options) {
  gchk_error error = {GCHK_OK, ""};
  run r = {.options = options};
  if (options->force && options->save_baseline == NULL) {
    cli_complain("--force goes with --save-baseline FILE, and says that any result is saved");
    return EXIT_USAGE;
  }
  if (options->dump != NULL && options->seeds > 1) {
    cli_complain("--dump has one folder a case, and with --seeds %llu there are several of one; use --seed S with each",
                 (unsigned long long)options->seeds);
    return EXIT_USAGE;
  }
  if (options->min_reach > 0 && options->shards > 1) {
    cli_complain(
        "--min-reach is about all cases of a layer, and --shard has a part of them: use it in a run of its own, "
        "without --shard");
    return EXIT_USAGE;
  }
  if (options->divided && (options->store == NULL || options->shards > 1)) {
    cli_complain("--divided goes with --store DIR, where shards have left what they computed, and without --shard");
    return EXIT_USAGE;
  }
  if (options->store != NULL && options->shards > 1 && options->baseline != NULL) {
    cli_complain(
        "--baseline is compared with whole results, and of large cases a shard with --store has a part: compare "
        "what gradcheck merge makes, by gradcheck diff");
    return EXIT_USAGE;
  }
  if (!cli_has_baseline_to_rename(options))
    return EXIT_USAGE;
  if (!cli_outputs_are_writable(options, CMD_RUN))
    return EXIT_UNFINISHED;
  int code;
  if (open_all(&r, &error) != GCHK_OK) {
    code = cli_fail(&error);
    close_all(&r);
    return code;
  }
  gchk_blas_set_threads(1); // the same sums whatever the machine, and no threads before the forks
  if (check(&r, &error) != GCHK_OK) {
    cli_complain("%s", error.message);
    close_all(&r);
    return error.status == GCHK_INVALID ? EXIT_USAGE : EXIT_UNFINISHED;
  }
  if (options->helps) { // whoever makes the result has a verdict
    code = r.result->complete ? EXIT_SUCCESS : EXIT_UNFINISHED;
    close_all(&r);
    return code;
  }
  write_all(&r);
  code = r.result->exit_code;
  if (*r.interrupt != 0)
    cli_complain("interrupted: %zu cases were finished", r.result->case_count);
  close_all(&r);
  return code;
}

int cli_run(const cli_options *options) {
  cli_options own = *options;
  char problem[PROBLEM];
  if (cli_take_part(&own, problem, sizeof problem))
    return run_all(&own);
  if (problem[0] != '\0')
    cli_complain("%s", problem);
  return EXIT_USAGE;
}
