/* A suite with one of its allocations refused: loaded, run, and trained on. */
#include "gradcheck/suite.h"

#include <stdio.h>
#include <string.h>

#include "gradcheck/layers.h"
#include "gradcheck/train.h"
#include "main.h"
#include "memory/failing.h"
#include "memory/sweep.h"

static const char path[] = SOURCE_DIR "/checks/memory/small.yaml";

static gchk_status load(void *context, char **text, gchk_error *error) {
  const gchk_dtype *dtype = context;
  gchk_suite *suite = NULL;
  size_t count = 0;
  const gchk_status status = gchk_suite_load(&suite, path, *dtype, error);
  failing_disarm();
  ck_assert((status == GCHK_OK) == (suite != NULL));
  if (status == GCHK_OK) {
    *text = strdup(gchk_suite_cases(suite, &count)->name);
    ck_assert_uint_eq(count, 3);
  }
  gchk_suite_free(suite);
  return status;
}

START_TEST(a_suite_is_loaded_or_memory_is_out) {
  static gchk_dtype dtypes[] = {GCHK_F64, GCHK_F32};
  sweep_allocations(load, &dtypes[_i]);
}
END_TEST

static gchk_status run(void *context, char **text, gchk_error *error) {
  size_t count = 0;
  const gchk_case *cases = gchk_suite_cases(context, &count);
  gchk_options options = GCHK_OPTIONS_INIT;
  gchk_result *result = NULL;
  options.budget = 4;
  const gchk_status status = gchk_check_cases(cases, count, &options, &result, error);
  failing_disarm();
  ck_assert((status == GCHK_OK) == (result != NULL));
  if (status == GCHK_OK)
    *text = sweep_text(result);
  gchk_result_free(result);
  return status;
}

static gchk_suite *load_whole(gchk_dtype dtype) {
  gchk_suite *suite = NULL;
  gchk_error error = {GCHK_OK, ""};
  ck_assert_msg(gchk_suite_load(&suite, path, dtype, &error) == GCHK_OK, "%s", error.message);
  return suite;
}

START_TEST(the_cases_of_a_suite_are_run_or_memory_is_out) {
  gchk_suite *suite = load_whole(GCHK_F64);
  gchk_blas_set_threads(1);
  sweep_allocations(run, suite);
  gchk_suite_free(suite);
}
END_TEST

static gchk_status train_on(const gchk_suite_training *training, double *loss, double *accuracy, gchk_error *error) {
  gchk_train_options how = GCHK_TRAIN_OPTIONS_INIT;
  how.optimiser = "adam";
  gchk_trainer *trainer = NULL;
  gchk_status status = gchk_trainer_new(&trainer, &training->spec, &training->train, &how, error);
  for (size_t k = 0; k < 3 && status == GCHK_OK; k++)
    status = gchk_trainer_step(trainer, loss, error);
  if (status == GCHK_OK)
    status = gchk_trainer_accuracy(trainer, &training->test, accuracy, error);
  gchk_trainer_free(trainer);
  return status;
}

/* The suite is loaded each time: what a case is built of again for its training goes with the suite. */
static gchk_status train(void *context, char **text, gchk_error *error) {
  enum { BATCH = 2, TEXT = 64 };
  const gchk_dtype *dtype = context;
  gchk_suite *suite = NULL;
  gchk_suite_training training;
  double loss = 0, accuracy = 0;
  gchk_status status = gchk_suite_load(&suite, path, *dtype, error);
  if (status == GCHK_OK)
    status = gchk_suite_training_data(suite, "images", BATCH, &training, error);
  if (status == GCHK_OK)
    status = train_on(&training, &loss, &accuracy, error);
  failing_disarm();
  if (status == GCHK_OK) {
    *text = malloc(TEXT);
    (void)snprintf(*text, TEXT, "%.17g %.17g", loss, accuracy);
  }
  gchk_suite_free(suite);
  return status;
}

START_TEST(a_network_is_trained_or_memory_is_out) {
  static gchk_dtype dtypes[] = {GCHK_F64, GCHK_F32};
  gchk_blas_set_threads(1);
  sweep_allocations(train, &dtypes[_i]);
}
END_TEST

static TCase *memory(void) {
  TCase *tc = tcase_create("memory");
  tcase_set_timeout(tc, 300);
  tcase_add_loop_test(tc, a_suite_is_loaded_or_memory_is_out, 0, 2);
  tcase_add_test(tc, the_cases_of_a_suite_are_run_or_memory_is_out);
  tcase_add_loop_test(tc, a_network_is_trained_or_memory_is_out, 0, 2);
  return tc;
}

TEST_MAIN("suite memory", memory)
