/* gradcheck train CASE: trains a network of a suite, and writes curves and weights. */
#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "common.h"
#include "gradcheck/layers.h"
#include "train_session.h"

static gchk_status save_report(const gchk_train_record *record, gchk_train_format format, const char *path,
                               gchk_error *error) {
  return path == NULL ? GCHK_OK : gchk_train_report_save(record, format, path, error);
}

/* Borrowed from `holder`. */
static gchk_status describe_environment(train_session *s, gchk_result *holder, gchk_error *error) {
  assert(holder != NULL);
  const gchk_blas_info blas = gchk_blas_get_info();
  const gchk_run_description run = {.blas_library = blas.library, .blas_core = blas.core, .blas_threads = s->threads};
  if (!gchk_describe_environment(holder))
    return cli_fail_memory(error, "the environment");
  GCHK_TRY(gchk_result_describe(holder, &run, error));
  s->record.environment = holder->environment;
  return GCHK_OK;
}

static gchk_status save_all(train_session *s, gchk_error *error) {
  gchk_result *holder = gchk_result_new();
  gchk_status status = holder == NULL ? cli_fail_memory(error, "the environment") : GCHK_OK;
  if (status == GCHK_OK && s->options->weights != NULL)
    status = gchk_trainer_save_weights(s->trainer, s->options->weights, error);
  if (status == GCHK_OK)
    status = save_report(&s->record, GCHK_TRAIN_CSV, s->options->csv, error);
  if (status == GCHK_OK)
    status = describe_environment(s, holder, error);
  if (status == GCHK_OK)
    status = save_report(&s->record, GCHK_TRAIN_HTML, s->options->reports[GCHK_HTML], error);
  gchk_result_free(holder);
  return status;
}

static void print_checks(const train_session *s, FILE *out) {
  uint64_t elements = 0;
  size_t unsure = 0;
  if (s->record.check_count == 0)
    return;
  for (size_t i = 0; i < s->record.check_count; i++) {
    elements += s->checks[i].elements;
    unsure += s->checks[i].verdict == GCHK_INCONCLUSIVE;
  }
  (void)fprintf(out, "  gradients checked %zu times, %llu elements", s->record.check_count,
                (unsigned long long)elements);
  if (s->wrong != NULL)
    (void)fprintf(out, ": wrong the last time\n");
  else if (unsure > 0)
    (void)fprintf(out, ": none wrong, %zu checks inconclusive\n", unsure);
  else
    (void)fprintf(out, ": none wrong\n");
  if (s->dead != NULL && s->dead[0] != '\0')
    (void)fprintf(out, "  dead units: %s\n", s->dead);
}

/* The summary. */
static void print_summary(const train_session *s) {
  const gchk_train_record *r = &s->record;
  FILE *out = train_session_output(s->options);
  (void)cli_say(out, "\n", "%s  %s: %zu iterations of %zu rows in %.1f s, %s, rate %g, %s, seed %llu, %zu threads",
                r->is_complete ? "TRAINED" : "STOPPED", r->name, r->step_count, r->batch, r->wall_s, r->optimiser,
                r->rate, gchk_dtype_name(r->dtype), (unsigned long long)r->seed, s->threads);
  if (r->step_count > 0)
    (void)fprintf(out, "  loss of the last minibatch %.4g\n", r->loss[r->step_count - 1]);
  train_session_print_accuracy(s, out);
  print_checks(s, out);
  if (!r->is_complete)
    (void)fprintf(out, "  %s\n", r->ending);
  if (s->wrong != NULL && r->step_count > 0)
    (void)fprintf(out, "  `gradcheck explain` starts from the case's own weights; those of now %s%s\n",
                  s->options->weights != NULL ? "are in "
                                              : "can be kept by --weights FILE, for a case that starts from them",
                  s->options->weights != NULL ? s->options->weights : "");
}

/* What the check that stopped it found, as `gradcheck run` would report it. */
static void print_wrong(const train_session *s) {
  gchk_error error;
  gchk_report_options report = {.color = cli_wants_color(s->options, gchk_errors_descriptor())};
  if (s->wrong != NULL && gchk_report_write(s->wrong, GCHK_TEXT, &report, gchk_errors(), &error) != GCHK_OK)
    cli_complain("%s", error.message);
}

int cli_train(const cli_options *options) {
  gchk_error error = {GCHK_OK, ""};
  train_session session;
  if (!cli_outputs_are_writable(options, CMD_TRAIN))
    return EXIT_UNFINISHED;
  gchk_status status = train_session_open(&session, options, &error);
  if (status != GCHK_OK) {
    int code = cli_fail(&error);
    train_session_close(&session);
    return code;
  }
  status = train_session_run(&session, &error);
  if (status == GCHK_OK)
    status = save_all(&session, &error);
  int code = session.wrong != NULL ? EXIT_WRONG : session.record.is_complete ? 0 : EXIT_UNFINISHED;
  if (status == GCHK_OK) {
    print_wrong(&session);
    print_summary(&session);
  } else {
    cli_complain("%s", error.message);
    code = EXIT_UNFINISHED;
  }
  train_session_close(&session);
  return code;
}
