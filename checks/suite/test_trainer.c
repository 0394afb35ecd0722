/* The public trainer: a step by hand, checks at the weights of now, files of weights, options, refusals. */
#include "gradcheck/train.h"

#include <math.h>
#include <stddef.h>

#include "start/case_instance.h"
#include "suite/npz_read.h"
#include "suite/npz_write.h"
#include "suite_fixture.h"

/* loss = (x.w - t)^2 / 2, so that dw = (x.w - t) x. The second layer is wrong once w[0] is below 0.9. */
enum { X, TARGET, WEIGHTS, LOSS };

static double residual(const gchk_call *c) {
  const double *x = c->t[X].value, *w = c->t[WEIGHTS].value, *t = c->t[TARGET].value;
  return x[0] * w[0] + x[1] * w[1] - t[0];
}

GCHK_CALLBACK(forward, ((double *)c->t[LOSS].value)[0] = residual(c) * residual(c) / 2)

static void put_gradient(const gchk_call *c, double factor) {
  const double *x = c->t[X].value, *dy = c->t[LOSS].grad;
  double *dw = c->t[WEIGHTS].grad;
  for (size_t i = 0; i < 2; i++)
    dw[i] = factor * dy[0] * residual(c) * x[i];
}

GCHK_CALLBACK(backward, put_gradient(c, 1))
GCHK_CALLBACK(late_wrong_backward, put_gradient(c, ((double *)c->t[WEIGHTS].value)[0] < 0.9 ? 1.5 : 1))

static const gchk_tensor_spec tensors[] = {
    [X] = GCHK_TENSOR("x", GCHK_CONSTANT, "N 2"),
    [TARGET] = GCHK_TENSOR("t", GCHK_CONSTANT, "N"),
    [WEIGHTS] = GCHK_TENSOR("w", GCHK_PARAMETER, "2", .grad = GCHK_GRAD_OVERWRITE),
    [LOSS] = GCHK_TENSOR("loss", GCHK_OUTPUT, ""),
};
static const gchk_layer right = {.name = "right",
                                 GCHK_HERE,
                                 .dtype = GCHK_F64,
                                 GCHK_TENSORS(tensors),
                                 .sizes = "N=1",
                                 .forward = forward,
                                 .backward = backward};
static const gchk_layer late = {.name = "late",
                                GCHK_HERE,
                                .dtype = GCHK_F64,
                                GCHK_TENSORS(tensors),
                                .sizes = "N=1",
                                .forward = forward,
                                .backward = late_wrong_backward};

static const double ones[] = {1, 1}, x_row[] = {1, 2}, t_row[] = {0};
static const gchk_tensor_setting settings[] = {
    {.name = "w", .fill = {.kind = GCHK_FILL_VALUES, .values = ones, .value_count = 2}},
};
static const gchk_samples samples[] = {{.name = "x", .width = 2, .values = x_row},
                                       {.name = "t", .width = 1, .values = t_row}};
static const gchk_data_set data = {1, 2, samples};

static gchk_case case_of(const gchk_layer *layer) {
  return (gchk_case){.name = "fit", .layer = layer, .settings = settings, .setting_count = 1};
}

static gchk_trainer *trainer_of(const gchk_case *spec, const gchk_train_options *how) {
  gchk_trainer *trainer = NULL;
  gchk_error error = {GCHK_OK, ""};
  OK(gchk_trainer_new(&trainer, spec, &data, how, &error), error);
  return trainer;
}

static double weight(const gchk_trainer *trainer, size_t i) {
  const gchk_tensor *w = gchk_trainer_tensor(trainer, "w");
  return gchk_tensor_get(w, w->value, i);
}

static double step(gchk_trainer *trainer) {
  double loss = 0;
  gchk_error error = {GCHK_OK, ""};
  OK(gchk_trainer_step(trainer, &loss, &error), error);
  return loss;
}

/* x.w = 3: the loss is 4.5 and dw is (3, 6); sgd at its own rate of 0.1 leaves w = (0.7, 0.4). */
START_TEST(a_step_by_hand) {
  const gchk_case spec = case_of(&right);
  gchk_trainer *trainer = trainer_of(&spec, NULL);
  size_t count = 0;
  ck_assert_double_eq(gchk_trainer_rate(trainer), 0.1);
  ck_assert_uint_eq(gchk_trainer_batch(trainer), 1);
  ck_assert_double_eq(weight(trainer, 0), 1);
  ck_assert_double_eq(step(trainer), 4.5);
  ck_assert_double_eq_tol(weight(trainer, 0), 0.7, 1e-15);
  ck_assert_double_eq_tol(weight(trainer, 1), 0.4, 1e-15);
  ck_assert_ptr_eq(&gchk_trainer_tensors(trainer, &count)[WEIGHTS], gchk_trainer_tensor(trainer, "w"));
  ck_assert_uint_eq(count, 4);
  ck_assert_ptr_null(gchk_trainer_tensor(trainer, "v"));
  gchk_trainer_free(trainer);
}
END_TEST

static gchk_verdict verdict_of(const gchk_trainer *trainer) {
  gchk_result *result = NULL;
  gchk_error error = {GCHK_OK, ""};
  OK(gchk_trainer_check(trainer, NULL, &result, &error), error);
  const gchk_verdict verdict = result->cases[0].verdict;
  gchk_result_free(result);
  return verdict;
}

START_TEST(a_check_is_at_the_weights_of_now) {
  const gchk_case right_case = case_of(&right), late_case = case_of(&late);
  gchk_trainer *good = trainer_of(&right_case, NULL), *bad = trainer_of(&late_case, NULL);
  (void)step(good); // the rows of the data are in place from here on
  ck_assert_int_eq(verdict_of(good), GCHK_PASS);
  ck_assert_int_eq(verdict_of(bad), GCHK_PASS); // at its first weights nothing is wrong with it
  (void)step(bad);
  ck_assert_int_eq(verdict_of(bad), GCHK_FAIL);
  ck_assert_double_eq_tol(weight(bad, 0), 0.7, 1e-15); // and the check has moved nothing
  gchk_trainer_free(good);
  gchk_trainer_free(bad);
}
END_TEST

/* With the same seed it starts where a check of the case does, and another seed elsewhere. */
START_TEST(the_seed_decides_where_it_starts) {
  const gchk_case spec = {.name = "fit", .layer = &right};
  gchk_train_options how = GCHK_TRAIN_OPTIONS_INIT;
  gchk_instance *instance = NULL;
  gchk_error error = {GCHK_OK, ""};
  how.seed = 7;
  gchk_trainer *trainer = trainer_of(&spec, &how);
  OK(gchk_case_instance(&spec, 7, &instance, &error), error);
  ck_assert(memcmp(gchk_trainer_tensor(trainer, "w")->value, instance->t[WEIGHTS].value, 2 * sizeof(double)) == 0);
  how.seed = 8;
  gchk_trainer *other = trainer_of(&spec, &how);
  ck_assert(memcmp(gchk_trainer_tensor(other, "w")->value, instance->t[WEIGHTS].value, 2 * sizeof(double)) != 0);
  gchk_trainer_free(trainer);
  gchk_trainer_free(other);
  gchk_instance_free(instance);
}
END_TEST

START_TEST(weights_are_saved_by_name) {
  char folder[64], path[256];
  const gchk_case spec = case_of(&right);
  gchk_trainer *trainer = trainer_of(&spec, NULL);
  gchk_source *source = NULL;
  gchk_npz *npz = NULL;
  gchk_array array = {0};
  gchk_error error = {GCHK_OK, ""};
  (void)step(trainer);
  make_folder(folder, sizeof folder);
  path_in(path, sizeof path, folder, "weights.npz");
  OK(gchk_trainer_save_weights(trainer, path, &error), error);
  OK(gchk_source_open(&source, path, &error), error);
  OK(gchk_npz_open(&npz, source, &error), error);
  ck_assert_uint_eq(gchk_npz_count(npz), 1);
  ck_assert_str_eq(gchk_npz_name(npz, 0), "w");
  OK(gchk_npz_read(npz, 0, &array, &error), error);
  ck_assert_double_eq(array.values[0], weight(trainer, 0));
  ck_assert_double_eq(array.values[1], weight(trainer, 1));
  gchk_array_deinit(&array);
  gchk_npz_close(npz);
  gchk_source_close(source);
  (void)unlink(path);
  (void)rmdir(folder);
  FAILS(gchk_trainer_save_weights(trainer, path, &error), GCHK_IO, error, "weights.npz");
  gchk_trainer_free(trainer);
}
END_TEST

/* An archive with these arrays of two numbers each, under the names w, v, ... */
static void write_weights(const char *path, const char *const *names, const double values[][2], size_t count) {
  gchk_npz_item items[4];
  gchk_error error = {GCHK_OK, ""};
  for (size_t i = 0; i < count; i++)
    items[i] =
        (gchk_npz_item){.name = names[i], .dtype = GCHK_F64, .shape = {.rank = 1, .dim = {2}}, .values = values[i]};
  OK(gchk_npz_write(path, items, count, true, &error), error);
}

/* What was saved comes back, to the bit; what does not belong, or is not finite, leaves the weights as they were. */
START_TEST(weights_are_loaded_or_left) {
  static const char *const w[] = {"w"}, *const v[] = {"v"}, *const both[] = {"w", "v"};
  static const double numbers[][2] = {{0.1, -3}, {1, 2}}, not_finite[][2] = {{5, (double)NAN}};
  char folder[64], path[256];
  const gchk_case spec = case_of(&right);
  gchk_trainer *trainer = trainer_of(&spec, NULL), *other = trainer_of(&spec, NULL);
  gchk_error error = {GCHK_OK, ""};
  make_folder(folder, sizeof folder);
  path_in(path, sizeof path, folder, "weights.npz");
  (void)step(trainer);
  OK(gchk_trainer_save_weights(trainer, path, &error), error);
  OK(gchk_trainer_load_weights(other, path, &error), error);
  ck_assert_double_eq(weight(other, 0), weight(trainer, 0));
  ck_assert_double_eq(weight(other, 1), weight(trainer, 1));
  ck_assert_double_eq(step(other), step(trainer));
  write_weights(path, w, numbers, 1);
  OK(gchk_trainer_load_weights(other, path, &error), error);
  ck_assert_double_eq(weight(other, 0), 0.1);
  ck_assert_double_eq(weight(other, 1), -3);
  write_weights(path, both, numbers, 2);
  FAILS(gchk_trainer_load_weights(trainer, path, &error), GCHK_INVALID, error, "an array v, which is no parameter");
  write_weights(path, v, numbers, 1);
  FAILS(gchk_trainer_load_weights(trainer, path, &error), GCHK_INVALID, error, "has no array w");
  write_weights(path, w, not_finite, 1);
  FAILS(gchk_trainer_load_weights(trainer, path, &error), GCHK_INVALID, error, "element 1 of w is nan");
  (void)unlink(path);
  FAILS(gchk_trainer_load_weights(trainer, path, &error), GCHK_IO, error, "weights.npz");
  ck_assert_double_ne(weight(trainer, 0), 5);
  ck_assert_double_ne(weight(trainer, 0), 0.1);
  (void)rmdir(folder);
  gchk_trainer_free(trainer);
  gchk_trainer_free(other);
}
END_TEST

/* Fields past the caller's size are not read: a program from before they were there runs on. */
START_TEST(options_end_at_their_size) {
  const gchk_case spec = case_of(&right);
  gchk_train_options how = {.size = sizeof how, .optimiser = "momentum", .rate = 0.25};
  gchk_trainer *whole = trainer_of(&spec, &how);
  how.size = offsetof(gchk_train_options, rate);
  gchk_trainer *cut = trainer_of(&spec, &how);
  ck_assert_double_eq(gchk_trainer_rate(whole), 0.25);
  ck_assert_double_eq(gchk_trainer_rate(cut), 0.01); // momentum's own
  gchk_trainer_free(whole);
  gchk_trainer_free(cut);
}
END_TEST

START_TEST(what_makes_no_sense_is_refused) {
  const gchk_case spec = case_of(&right);
  const gchk_samples narrow[] = {{.name = "x", .width = 1, .values = x_row}};
  gchk_train_options how = GCHK_TRAIN_OPTIONS_INIT;
  gchk_trainer *trainer = NULL;
  gchk_error error = {GCHK_OK, ""};
  how.optimiser = "sdg";
  FAILS(gchk_trainer_new(&trainer, &spec, &data, &how, &error), GCHK_INVALID, error,
        "there is no optimiser sdg; there are sgd, momentum, adam");
  ck_assert_ptr_null(trainer);
  FAILS(gchk_trainer_new(&trainer, &spec, &(gchk_data_set){1, 1, narrow}, NULL, &error), GCHK_INVALID, error,
        "a row of its data has 1 numbers");
  ck_assert_ptr_null(trainer);
  gchk_trainer_free(NULL);
}
END_TEST

static TCase *trainer(void) {
  TCase *tc = tcase_create("trainer");
  tcase_add_test(tc, a_step_by_hand);
  tcase_add_test(tc, a_check_is_at_the_weights_of_now);
  tcase_add_test(tc, the_seed_decides_where_it_starts);
  tcase_add_test(tc, weights_are_saved_by_name);
  tcase_add_test(tc, weights_are_loaded_or_left);
  tcase_add_test(tc, options_end_at_their_size);
  tcase_add_test(tc, what_makes_no_sense_is_refused);
  return tc;
}

TEST_MAIN("trainer", trainer)
