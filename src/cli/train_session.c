/* The loop of a training run, with its evaluations, its gradient checks and its progress. */
#include "train_session.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common.h"
#include "gradcheck/layers.h"
#include "paths.h"
#include "process/seconds.h"
#include "process/signals.h"
#include "targets.h"

enum { PATH_SIZE = 4096, CHECKED_ELEMENTS = 256, MOST_POINTS = 100, MOST_ROWS = 20 };
static const double redraw_every_s = 0.1, sign_of_life_every_s = 30;

static bool is_trained(void *context, const char *name) {
  const train_session *s = context;
  return strcmp(s->options->arguments[0], name) == 0;
}

static gchk_status find_suite(train_session *s, gchk_error *error) {
  char builtin[PATH_SIZE];
  const char *path = builtin;
  if (s->options->argument_count > 1)
    path = s->options->arguments[1];
  else
    GCHK_TRY(cli_builtin_suite(builtin, sizeof builtin, error));
  const size_t length = strlen(path);
  if (length >= 3 && strcmp(path + length - 3, ".so") == 0)
    return gchk_fail(error, GCHK_INVALID, "%s: a plug-in has no data to train on; name it in a suite: plugins: [%s]",
                     path, path);
  s->path = cli_texts_add(&s->texts, "%s", path);
  if (s->path == NULL)
    return cli_fail_memory(error, "training");
  const char *slash = strrchr(s->path, '/');
  s->title = slash == NULL ? s->path : slash + 1;
  const cli_option_texts *twins = &s->options->twins;
  s->twin_uses = calloc(twins->count + 1, sizeof *s->twin_uses);
  if (s->twin_uses == NULL)
    return cli_fail_memory(error, "training");
  const gchk_twin_options with = {
      .paths = twins->at, .count = twins->count, .none_beside = s->options->no_twin, .used = s->twin_uses};
  const gchk_load_limits limits = cli_load_limits(s->options);
  const gchk_suite_options how = {sizeof how, s->options->dtype, &with, is_trained, s, &limits};
  GCHK_TRY(gchk_suite_load_some(&s->suite, s->path, &how, error));
  for (size_t k = 0; k < twins->count; k++)
    if (s->twin_uses[k] == 0)
      return gchk_fail(error, GCHK_INVALID, "--twin %s: no f32 layer of %s has the name of one of its layers",
                       twins->at[k], s->title);
  return GCHK_OK;
}

/* The network at its initial weights; its values are the first rows of the data. */
static gchk_status make_network(train_session *s, gchk_error *error) {
  gchk_train_options how = GCHK_TRAIN_OPTIONS_INIT;
  how.optimiser = s->options->optimiser;
  how.rate = s->options->rate;
  how.seed = s->options->seed;
  return gchk_trainer_new(&s->trainer, &s->training.spec, &s->training.train, &how, error);
}

/* Iterations of an epoch. */
static uint64_t epoch_of(const train_session *s) {
  const uint64_t batch = gchk_trainer_batch(s->trainer), rows = s->training.train.rows;
  return rows > batch ? rows / batch : 1;
}

/* Accuracies are computed every epoch, or every few where there would be too many of them. */
static uint64_t evaluation_interval(const train_session *s) {
  return epoch_of(s) * (s->options->iterations / epoch_of(s) / MOST_POINTS + 1);
}

static gchk_status make_record(train_session *s, gchk_error *error) {
  const cli_options *o = s->options;
  const uint64_t batch = gchk_trainer_batch(s->trainer), rows = s->training.train.rows;
  const uint64_t points = o->iterations / evaluation_interval(s) + 3;
  const uint64_t checks = o->check_every > 0 ? o->iterations / o->check_every + 3 : 1;
  s->loss = calloc((size_t)o->iterations, sizeof *s->loss);
  s->points = calloc((size_t)points, sizeof *s->points);
  s->checks = calloc((size_t)checks, sizeof *s->checks);
  if (s->loss == NULL || s->points == NULL || s->checks == NULL)
    return cli_fail_memory(error, "the record of training");
  s->record = (gchk_train_record){.name = s->training.spec.name,
                                  .suite = s->title,
                                  .optimiser = o->optimiser,
                                  .dtype = s->training.spec.layer->dtype,
                                  .rate = gchk_trainer_rate(s->trainer),
                                  .batch = (size_t)batch,
                                  .train_rows = (size_t)rows,
                                  .test_rows = s->training.test.rows,
                                  .seed = o->seed,
                                  .iterations = o->iterations,
                                  .ending = "",
                                  .loss = s->loss,
                                  .points = s->points,
                                  .checks = s->checks};
  return GCHK_OK;
}

gchk_status train_session_open(train_session *s, const cli_options *options, gchk_error *error) {
  *s = (train_session){.options = options, .dead = "", .is_terminal = isatty(gchk_errors_descriptor()) == 1};
  GCHK_TRY(find_suite(s, error));
  GCHK_TRY(cli_paths_check_suite(options, CMD_TRAIN, s->suite, error));
  GCHK_TRY(gchk_suite_training_data(s->suite, options->arguments[0], (size_t)options->batch, &s->training, error));
  GCHK_TRY(make_network(s, error));
  return make_record(s, error);
}

void train_session_close(train_session *s) {
  gchk_result_free(s->wrong);
  gchk_trainer_free(s->trainer);
  gchk_suite_free(s->suite);
  free(s->loss);
  free(s->points);
  free(s->checks);
  free(s->twin_uses);
  cli_texts_deinit(&s->texts);
}

static void clear_line(train_session *s) {
  if (s->line_length > 0)
    (void)fprintf(gchk_errors(), "\r%*s\r", s->line_length, "");
  s->line_length = 0;
}

/* "600/10000 iterations  loss 0.312  accuracy 0.9031 test 0.9066  1320/s  7 s left" */
static void tell(train_session *s) {
  const double t = cli_seconds(), elapsed = t - s->began, done = (double)s->record.step_count;
  if (s->options->quiet || t - s->told < (s->is_terminal ? redraw_every_s : sign_of_life_every_s))
    return;
  const double speed = elapsed > 0 ? done / elapsed : 0;
  clear_line(s);
  int length =
      fprintf(gchk_errors(), "%zu/%llu iterations", s->record.step_count, (unsigned long long)s->options->iterations);
  if (s->record.step_count > 0)
    length += fprintf(gchk_errors(), "  loss %.4g", s->loss[s->record.step_count - 1]);
  const gchk_train_point *last = s->record.point_count > 0 ? &s->points[s->record.point_count - 1] : NULL;
  if (last != NULL && !isnan(last->train_accuracy))
    length += fprintf(gchk_errors(), "  accuracy %.4f", last->train_accuracy);
  if (last != NULL && !isnan(last->test_accuracy))
    length += fprintf(gchk_errors(), " test %.4f", last->test_accuracy);
  if (speed > 0)
    length += fprintf(gchk_errors(), "  %.0f/s  %.0f s left", speed, ((double)s->options->iterations - done) / speed);
  if (s->is_terminal)
    s->line_length = length;
  else
    (void)fputc('\n', gchk_errors());
  (void)fflush(gchk_errors());
  s->told = t;
}

FILE *train_session_output(const cli_options *options) {
  const char *const files[] = {options->csv, options->reports[GCHK_HTML], options->weights};
  for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
    if (cli_is_stdout(files[i]))
      return gchk_errors();
  return gchk_output();
}

void train_session_print_accuracy(const train_session *s, FILE *out) {
  const gchk_train_record *r = &s->record;
  const gchk_train_point *last = r->point_count > 0 ? &r->points[r->point_count - 1] : NULL;
  if (last == NULL || isnan(last->train_accuracy))
    return;
  (void)fprintf(out, "  accuracy %.4f on %zu training rows", last->train_accuracy, r->train_rows);
  if (!isnan(last->test_accuracy))
    (void)fprintf(out, ", %.4f on %zu test rows", last->test_accuracy, r->test_rows);
  (void)fputc('\n', out);
}

/* The mean loss of the minibatches since the row before; NaN where there were none. */
static double mean_loss(const train_session *s) {
  const size_t end = s->record.step_count;
  double sum = 0;
  for (size_t k = s->printed; k < end; k++)
    sum += s->loss[k];
  return end > s->printed ? sum / (double)(end - s->printed) : (double)NAN;
}

static void print_number(FILE *out, double x) {
  if (isnan(x))
    (void)fprintf(out, "  %9s", "-");
  else
    (void)fprintf(out, "  %9.4f", x);
}

/* A row of the table of epochs, for the last point: of every one, or of every few of too many, and of the last. */
static void print_row(train_session *s) {
  const gchk_train_record *r = &s->record;
  const size_t every = (size_t)(r->iterations / evaluation_interval(s) / MOST_ROWS + 1);
  const gchk_train_point *point = &r->points[r->point_count - 1];
  FILE *out = train_session_output(s->options);
  if (s->options->quiet || ((r->point_count - 1) % every != 0 && r->step_count != r->iterations))
    return;
  clear_line(s);
  if (r->point_count == 1)
    (void)fprintf(out, "  iteration       loss  train acc   test acc   (an epoch is %llu iterations)\n",
                  (unsigned long long)epoch_of(s));
  (void)fprintf(out, "  %9llu", (unsigned long long)point->iteration);
  print_number(out, mean_loss(s));
  print_number(out, point->train_accuracy);
  print_number(out, point->test_accuracy);
  (void)fputc('\n', out);
  (void)fflush(out);
  s->printed = r->step_count;
}

gchk_status train_session_evaluate(train_session *s, gchk_error *error) {
  gchk_train_point *point = &s->points[s->record.point_count];
  *point = (gchk_train_point){.iteration = s->record.step_count, .test_accuracy = (double)NAN};
  GCHK_TRY(gchk_trainer_accuracy(s->trainer, &s->training.train, &point->train_accuracy, error));
  if (s->training.test.rows > 0)
    GCHK_TRY(gchk_trainer_accuracy(s->trainer, &s->training.test, &point->test_accuracy, error));
  s->record.point_count++;
  return GCHK_OK;
}

static gchk_status stop(train_session *s, const char *ending, gchk_error *error) {
  s->record.ending = ending;
  return ending == NULL ? cli_fail_memory(error, "training") : GCHK_OK;
}

/* The first that is no note, or "". */
static const char *first_finding(const gchk_finding *findings, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (!findings[i].is_note)
      return findings[i].text;
  return "";
}

/* "W1: 3 of 10 elements wrong; analytic/numeric = ...": the first failing tensor and what was found of it. */
static const char *describe_failure(cli_texts *texts, const gchk_case_result *c) {
  for (size_t i = 0; i < c->tensor_count; i++) {
    const gchk_tensor_result *t = &c->tensors[i];
    const char *found = first_finding(t->findings, t->finding_count);
    if (t->verdict == GCHK_FAIL || t->verdict == GCHK_ERROR)
      return cli_texts_add(texts, "%s: %zu of %zu elements wrong%s%s", t->name, t->elements.fail, t->checked,
                           found[0] != '\0' ? "; " : "", found);
  }
  const char *found = first_finding(c->findings, c->finding_count);
  return cli_texts_add(texts, "%s", found[0] != '\0' ? found : c->reason);
}

static const char *find_dead(cli_texts *texts, const gchk_case_result *c) {
  for (size_t i = 0; i < c->finding_count; i++)
    if (strcmp(c->findings[i].code, "dead-units") == 0)
      return cli_texts_add(texts, "%s", c->findings[i].text);
  return "";
}

/*
 * A sample of the gradients at these weights, without the probes of the calling contract (`gradcheck run` has them). A
 * BLAS of one thread serves a check; training goes on with its own.
 */
static gchk_status check(train_session *s, gchk_error *error) {
  gchk_result *result = NULL;
  gchk_options options = GCHK_OPTIONS_INIT;
  options.seed = s->options->seed + s->record.step_count; // another sample each time
  options.budget = CHECKED_ELEMENTS;
  options.probes = false;
  gchk_blas_set_threads(1);
  gchk_status status = gchk_trainer_check(s->trainer, &options, &result, error);
  gchk_blas_set_threads(s->threads);
  GCHK_TRY(status);
  const gchk_case_result *c = &result->cases[0];
  const bool is_wrong = c->verdict == GCHK_FAIL || c->verdict == GCHK_ERROR;
  gchk_train_check *entry = &s->checks[s->record.check_count++];
  s->dead = find_dead(&s->texts, c);
  *entry = (gchk_train_check){.iteration = s->record.step_count, .verdict = c->verdict};
  entry->text = is_wrong ? describe_failure(&s->texts, c) : s->dead;
  for (size_t i = 0; i < c->tensor_count; i++)
    entry->elements += c->tensors[i].checked;
  if (is_wrong)
    s->wrong = result;
  else
    gchk_result_free(result);
  if (entry->text == NULL || s->dead == NULL)
    return cli_fail_memory(error, "training");
  if (!is_wrong)
    return GCHK_OK;
  return stop(s,
              cli_texts_add(&s->texts, "stopped at a wrong gradient after iteration %zu: %s", s->record.step_count,
                            entry->text),
              error);
}

static bool is_stopped(const train_session *s) {
  return s->record.ending == NULL || s->record.ending[0] != '\0';
}

/* Steps up to iteration `next`, at which something else is to be done. */
static gchk_status step_to(train_session *s, uint64_t next, gchk_error *error) {
  while (s->record.step_count < next && !is_stopped(s)) {
    if (*s->interrupt != 0)
      return stop(s, cli_texts_add(&s->texts, "interrupted after iteration %zu", s->record.step_count), error);
    double *loss = &s->loss[s->record.step_count];
    GCHK_TRY(gchk_trainer_step(s->trainer, loss, error));
    s->record.step_count++;
    if (!isfinite(*loss))
      return stop(s,
                  cli_texts_add(&s->texts,
                                "stopped at iteration %zu: the loss is %g; a smaller --rate than %g may help",
                                s->record.step_count, *loss, s->record.rate),
                  error);
    if (s->record.step_count % 64 == 0)
      tell(s);
  }
  return GCHK_OK;
}

static uint64_t smaller(uint64_t a, uint64_t b) {
  return a < b ? a : b;
}

/* Evaluates and checks at the start, at their intervals, and at the end. */
static gchk_status loop(train_session *s, gchk_error *error) {
  const uint64_t total = s->options->iterations, every = s->options->check_every, interval = evaluation_interval(s);
  for (uint64_t done = 0; !is_stopped(s); done = s->record.step_count) {
    if (every > 0 && (done % every == 0 || done == total))
      GCHK_TRY(check(s, error));
    if (!is_stopped(s) && (done % interval == 0 || done == total)) {
      GCHK_TRY(train_session_evaluate(s, error));
      print_row(s);
    }
    if (done == total)
      break;
    uint64_t next = smaller(total, (done / interval + 1) * interval);
    if (every > 0)
      next = smaller(next, (done / every + 1) * every);
    GCHK_TRY(step_to(s, next, error));
  }
  s->record.is_complete = !is_stopped(s);
  return GCHK_OK;
}

gchk_status train_session_run(train_session *s, gchk_error *error) {
  s->interrupt = cli_catch_signals(false);
  if (s->options->threads > 0)
    gchk_blas_set_threads(s->options->threads);
  s->threads = gchk_blas_get_info().threads;
  s->began = s->told = cli_seconds();
  gchk_status status = loop(s, error);
  s->record.wall_s = cli_seconds() - s->began;
  clear_line(s);
  return status;
}
