/* `train` and `test` of a suite: what is read when, the network at the size of a batch, and what is refused. */
#include "gradcheck/train.h"
#include "report/save.h"
#include "start/case_instance.h"
#include "suite/npz_write.h"
#include "suite_fixture.h"

static const char mnist[] = "cases:\n"
                            "  - name: small\n"
                            "    values:\n"
                            "      x: {idx: ../mnist/train-images.idx3-ubyte.gz, rows: [0, 3], scale: 1/255}\n"
                            "      t: {idx: ../mnist/train-labels.idx1-ubyte.gz, rows: [0, 3], one_hot: 10}\n"
                            "      W1: {normal: 0.1}\n"
                            "      b1: 0\n"
                            "    network:\n"
                            "      - affine: {units: 50, W: W1, b: b1, as: z1}\n"
                            "      - relu: {as: a1}\n"
                            "      - affine: {units: 10, W: W2, b: b2, as: z2}\n"
                            "      - softmax_with_loss: {t: t, as: loss}\n"
                            "    thresholds: {W1: 1e-6}\n"
                            "    expect: {loss: 123}\n"
                            "    expected_failure: the loss is not 123\n"
                            "    train:\n"
                            "      x: {idx: ../mnist/train-images.idx3-ubyte.gz, scale: 1/255}\n"
                            "      t: {idx: ../mnist/train-labels.idx1-ubyte.gz, one_hot: 10}\n"
                            "    test:\n"
                            "      x: {idx: ../mnist/train-images.idx3-ubyte.gz, rows: [50, 57], scale: 1/255}\n"
                            "      t: {idx: ../mnist/train-labels.idx1-ubyte.gz, rows: [50, 57], one_hot: 10}\n";

START_TEST(the_case_is_built_again_for_a_batch) {
  gchk_suite *suite = suite_of(mnist, GCHK_DTYPE_UNSET);
  gchk_suite_training training;
  gchk_error error = {GCHK_OK, ""};
  OK(gchk_suite_training_data(suite, "small", 20, &training, &error), error);
  const gchk_case *c = first_case(suite), *batch = &training.spec;
  ck_assert_str_eq(row_of(c, "x")->shape, "3 28 28");
  ck_assert_str_eq(row_of(batch, "x")->shape, "20 28 28");
  ck_assert_str_eq(row_of(batch, "t")->shape, "20 10");
  ck_assert_str_eq(row_of(batch, "z1")->shape, "20 50");
  ck_assert_str_eq(row_of(batch, "W1")->shape, "784 50");
  ck_assert_str_eq(batch->name, "small");
  // What holds for parameters is kept, what is expected of three rows is not.
  ck_assert_double_eq(setting_of(batch, "W1")->threshold, 1e-6);
  ck_assert_double_eq(setting_of(batch, "W1")->fill.b, 0.1);
  ck_assert_ptr_null(setting_of(batch, "loss"));
  ck_assert_ptr_nonnull(setting_of(c, "loss"));
  ck_assert_ptr_null(batch->expected_failure);
  ck_assert_uint_eq(training.train.rows, 100);
  ck_assert_uint_eq(training.train.count, 2);
  ck_assert_str_eq(training.train.samples[0].name, "x");
  ck_assert_uint_eq(training.train.samples[0].width, 784);
  ck_assert_uint_eq(training.train.samples[1].width, 10);
  ck_assert_uint_eq(training.test.rows, 7);
  // Row 50 of the one is row 0 of the other; the first rows are the values of the case.
  static double row[784], other[784];
  gchk_samples_row(&training.train.samples[0], 50, row);
  gchk_samples_row(&training.test.samples[0], 0, other);
  ck_assert(memcmp(row, other, sizeof row) == 0);
  ck_assert(memcmp(setting_of(batch, "x")->fill.values, setting_of(c, "x")->fill.values,
                   (size_t)3 * 784 * sizeof(double)) == 0);
  ck_assert_uint_eq(setting_of(batch, "x")->fill.value_count, 20 * 784);
  gchk_suite_free(suite);
}
END_TEST

/* `x` and `t` as training data, and as values of a case: the same numbers to the bit, kept as bytes where they can be. */
static void compare_with_values(const char *x, const char *t, bool x_is_bytes, bool t_is_bytes) {
  char text[1024];
  gchk_suite_training training;
  gchk_error error = {GCHK_OK, ""};
  (void)snprintf(text, sizeof text,
                 "cases:\n"
                 "  - name: both\n"
                 "    values: {x: %s, t: %s}\n"
                 "    network: [affine: {units: 10}, softmax_with_loss: {t: t}]\n"
                 "    train: {x: %s, t: %s}\n",
                 x, t, x, t);
  gchk_suite *suite = suite_of(text, GCHK_DTYPE_UNSET);
  OK(gchk_suite_training_data(suite, "both", 5, &training, &error), error);
  const bool is_bytes[] = {x_is_bytes, t_is_bytes};
  for (size_t s = 0; s < 2; s++) {
    const gchk_samples *samples = &training.train.samples[s];
    const gchk_fill *whole = &setting_of(first_case(suite), samples->name)->fill;
    const gchk_fill *batch = &setting_of(&training.spec, samples->name)->fill;
    ck_assert_int_eq(samples->bytes != NULL, is_bytes[s]);
    ck_assert_int_eq(samples->values == NULL, is_bytes[s]);
    ck_assert_uint_eq(whole->value_count, training.train.rows * samples->width);
    ck_assert_uint_eq(batch->value_count, 5 * samples->width);
    ck_assert(memcmp(batch->values, whole->values, batch->value_count * sizeof(double)) == 0);
    double *row = calloc(samples->width, sizeof *row);
    for (size_t n = 0; n < training.train.rows; n++) {
      gchk_samples_row(samples, n, row);
      ck_assert(memcmp(row, whole->values + n * samples->width, samples->width * sizeof *row) == 0);
    }
    free(row);
  }
  gchk_suite_free(suite);
}

START_TEST(bytes_are_what_doubles_are) {
#define IMAGES "{idx: ../mnist/train-images.idx3-ubyte.gz"
#define LABELS "{idx: ../mnist/train-labels.idx1-ubyte.gz"
  compare_with_values(IMAGES ", rows: [0, 40], scale: 1/255}", LABELS ", rows: [0, 40], one_hot: 10}", true, true);
  compare_with_values(IMAGES ", rows: [0, 40], scale: -0.3}", LABELS ", rows: [0, 40], labels: 10}", true, true);
  compare_with_values(IMAGES ", rows: [0, 40]}", LABELS ", rows: [0, 40], one_hot: 10}", true, true);
  compare_with_values(IMAGES ", rows: [0, 40], shape: [40, 784]}", LABELS ", rows: [0, 40], one_hot: 10}", false, true);
  compare_with_values(IMAGES ", rows: [0, 40], standardise: true}", LABELS ", rows: [0, 40], one_hot: 10}", false,
                      true);
  compare_with_values(IMAGES ", split: {part: train, fraction: 0.5}, rows: [0, 20]}",
                      LABELS ", split: {part: train, fraction: 0.5}, rows: [0, 20], one_hot: 10}", false, false);
}
END_TEST

/* The first hundred images of MNIST are learnt by heart: loss to near zero, accuracy to 1. In both precisions. */
START_TEST(a_hundred_images_are_learnt) {
  static const char *const optimisers[] = {"sgd", "momentum", "adam"};
  static const double rates[] = {0.3, 0.05, 0.005};
  gchk_dtype dtype = _i % 2 == 0 ? GCHK_F64 : GCHK_F32;
  gchk_train_options how = GCHK_TRAIN_OPTIONS_INIT;
  gchk_suite *suite = suite_of(mnist, dtype);
  gchk_suite_training training;
  gchk_trainer *trainer = NULL;
  gchk_error error = {GCHK_OK, ""};
  double first = 0, loss = 0, before = 0, after = 0, on_test = 0, sum = 0;
  OK(gchk_suite_training_data(suite, "small", 25, &training, &error), error);
  how.optimiser = optimisers[_i / 2];
  how.rate = rates[_i / 2];
  OK(gchk_trainer_new(&trainer, &training.spec, &training.train, &how, &error), error);
  OK(gchk_trainer_accuracy(trainer, &training.train, &before, &error), error);
  for (size_t k = 0; k < 300; k++) {
    OK(gchk_trainer_step(trainer, &loss, &error), error);
    first = k == 0 ? loss : first;
    sum += k >= 296 ? loss / 4 : 0; // the last epoch
  }
  OK(gchk_trainer_accuracy(trainer, &training.train, &after, &error), error);
  OK(gchk_trainer_accuracy(trainer, &training.test, &on_test, &error), error);
  ck_assert_double_gt(first, 2); // about log 10
  ck_assert_double_lt(sum, 0.03);
  ck_assert_double_lt(before, 0.4);
  ck_assert_double_eq(after, 1);
  ck_assert_double_eq(on_test, 1); // seven of the same images
  gchk_trainer_free(trainer);
  gchk_suite_free(suite);
}
END_TEST

START_TEST(the_files_are_read_only_to_train) {
  char folder[64], path[256], message[512];
  gchk_suite_training training;
  gchk_error error = {GCHK_OK, ""};
  make_folder(folder, sizeof(folder));
  OK(gchk_save_bytes(path_in(path, sizeof(path), folder, "fetch.sh"), "#\n", 2, &error), error);
  char text[1024];
  (void)snprintf(text, sizeof(text),
                 "cases:\n"
                 "  - name: absent\n"
                 "    values: {x: {shape: [2, 3]}, t: {shape: [2, 3], one_hot: true}}\n"
                 "    network: [linear: {units: 3}, softmax_with_loss: {t: t}]\n"
                 "    train: {x: {idx: %s/full/images}, t: {idx: %s/full/labels, one_hot: 3}}\n",
                 folder, folder);
  gchk_suite *suite = suite_of(text, GCHK_DTYPE_UNSET); // loads without them
  (void)snprintf(message, sizeof(message), "it is brought by: sh %s/fetch.sh", folder);
  FAILS(gchk_suite_training_data(suite, "absent", 2, &training, &error), GCHK_IO, error, message);
  FAILS(gchk_suite_training_data(suite, "absent", 2, &training, &error), GCHK_IO, error, "test.yaml:5:");
  gchk_suite_free(suite);
  (void)unlink(path);
  (void)rmdir(folder);
}
END_TEST

static const struct {
  const char *keys, *part;
  bool when_loaded;
} refused[] = {
    {"train: {y: [[1]]}", "train names no value of the case: \"y\"", true},
    {"train: 3", "train is \"3\"; a map", true},
    {"test: {x: [[1, 2, 3]]}", "test is there and train is not", true},
    {"train: {x: [[1, 2, 3]], t: [[1, 0, 0]]}\n    test: {x: [[1, 2, 3]]}", "test has no t", true},
    {"train: {x: [[1, 2, 3]]}\n    test: {x: [[1, 2, 3]], t: [[1, 0, 0]]}", "test names 2 values and train 1", true},
    {"seed: 1", "nothing to train on", false},
    {"train: {}", "nothing to train on", false},
    {"train: {x: {shape: [4, 3]}}", "x has no rows", false},
    {"train: {x: 3}", "x has no rows", false},
    {"train: {x: [[1, 2, 3], [4, 5, 6]], t: [[1, 0, 0]]}", "t has 1 rows, but x has 2", false},
    {"train: {x: [[1, 2, 3]], t: [[1, 0, 0]]}", "x has 1 rows, but a batch has 2; give a smaller one, --batch 1",
     false},
    {"train: {x: [[1, 2, 3], [1, 2, 3]], t: [[1, 0, 0], [1, 0, 0]]}\n    test: {x: [[1, 2]], t: [[1, 0, 0]]}",
     "a row of x has 2 numbers here and 3 in train", false},
    {"train: {x: [[1, 2, 3, 4], [1, 2, 3, 4]], t: [[1, 0], [1, 0]]}", "softmax_with_loss", false},
    {"train: {x: {idx: ../mnist/train-images.idx3-ubyte.gz, rows: [0, 2]},"
     " t: {idx: ../mnist/train-labels.idx1-ubyte.gz, rows: [0, 2], one_hot: 5}}",
     "label 0 is 5, but there are 5 classes", false},
    {"train: {x: {idx: ../mnist/train-images.idx3-ubyte.gz, rows: [0, 2], scale: 1e308}, t: [[1], [1]]}",
     "finite numbers are wanted", false},
    {"train: {x: {csv: nowhere.csv}, t: [[1]]}", "nowhere.csv: cannot be opened", false},
};

START_TEST(what_is_refused) {
  char text[1024];
  gchk_suite *suite = NULL;
  gchk_suite_training training;
  gchk_error error = {GCHK_OK, ""};
  (void)snprintf(text, sizeof(text),
                 "cases:\n"
                 "  - name: bad\n"
                 "    values: {x: {shape: [2, 3]}, t: {shape: [2, 3], one_hot: true}}\n"
                 "    network: [linear: {units: 3}, softmax_with_loss: {t: t}]\n"
                 "    %s\n",
                 refused[_i].keys);
  gchk_status status =
      gchk_suite_load_text(&suite, FIXTURES "suites/test.yaml", text, strlen(text), GCHK_DTYPE_UNSET, &error);
  ck_assert_msg((status != GCHK_OK) == refused[_i].when_loaded, "%s", error.message);
  if (status == GCHK_OK)
    status = gchk_suite_training_data(suite, "bad", 2, &training, &error);
  ck_assert_int_ne(status, GCHK_OK);
  ck_assert_msg(strstr(error.message, refused[_i].part) != NULL, "\"%s\" has no \"%s\"", error.message,
                refused[_i].part);
  ck_assert_msg(strstr(error.message, "test.yaml:") != NULL, "\"%s\" says no place", error.message);
  if (suite != NULL) {
    FAILS(gchk_suite_training_data(suite, "good", 2, &training, &error), GCHK_INVALID, error, "has no case \"good\"");
    ck_assert_str_eq(first_case(suite)->name, "bad"); // the suite is as it was
  }
  gchk_suite_free(suite);
}
END_TEST

/* Trained weights, written and read as the start of a case, are the same bits in both precisions. */
START_TEST(weights_survive_a_file) {
  static const char format[] =
      "cases:\n"
      "  - name: after\n"
      "    values: {x: {shape: [2, 784]}, t: {shape: [2, 10], one_hot: true}, W1: {npz: %s, member: W1},\n"
      "      b1: {npz: %s, member: b1}, W2: {npz: %s, member: W2}, b2: {npz: %s, member: b2}}\n"
      "    network: [affine: {units: 50, W: W1, b: b1}, relu, affine: {units: 10, W: W2, b: b2},\n"
      "      softmax_with_loss: {t: t}]\n";
  gchk_dtype dtype = _i == 0 ? GCHK_F64 : GCHK_F32;
  char folder[64], path[128], text[1024];
  gchk_suite *suite = suite_of(mnist, dtype);
  gchk_suite_training training;
  gchk_instance *loaded = NULL;
  gchk_trainer *trainer = NULL;
  gchk_train_options how = GCHK_TRAIN_OPTIONS_INIT;
  gchk_error error = {GCHK_OK, ""};
  double loss = 0;
  OK(gchk_suite_training_data(suite, "small", 10, &training, &error), error);
  how.optimiser = "adam";
  OK(gchk_trainer_new(&trainer, &training.spec, &training.train, &how, &error), error);
  for (size_t k = 0; k < 7; k++)
    OK(gchk_trainer_step(trainer, &loss, &error), error);
  make_folder(folder, sizeof(folder));
  OK(gchk_trainer_save_weights(trainer, path_in(path, sizeof(path), folder, "w.npz"), &error), error);
  (void)snprintf(text, sizeof(text), format, path, path, path, path);
  gchk_suite *after = suite_of(text, dtype);
  OK(gchk_case_instance(first_case(after), 9, &loaded, &error), error);
  static const char *const names[] = {"W1", "b1", "W2", "b2"};
  for (size_t i = 0; i < 4; i++) {
    const gchk_tensor *a = gchk_trainer_tensor(trainer, names[i]);
    const gchk_tensor *b = &loaded->t[gchk_instance_find(loaded, names[i])];
    ck_assert_uint_eq(a->count, b->count);
    ck_assert(memcmp(a->value, b->value, a->count * gchk_dtype_size(a->dtype)) == 0);
  }
  (void)unlink(path);
  (void)rmdir(folder);
  gchk_instance_free(loaded);
  gchk_suite_free(after);
  gchk_trainer_free(trainer);
  gchk_suite_free(suite);
}
END_TEST

/* A plain layer, and labels: training is not only for one-hot networks. */
START_TEST(labels_too) {
  static const char text[] = "cases:\n"
                             "  - name: labels\n"
                             "    values: {x: {shape: [2, 2]}, t: {shape: [2], labels: 2}}\n"
                             "    network: [linear: {units: 2, W: W, b: b}, softmax_with_loss: {t: t}]\n"
                             "    train: {x: [[1, 0], [0, 1], [2, 0], [0, 3]], t: {values: [0, 1, 0, 1], labels: 2}}\n";
  gchk_suite *suite = suite_of(text, GCHK_DTYPE_UNSET);
  gchk_suite_training training;
  gchk_trainer *trainer = NULL;
  gchk_train_options how = GCHK_TRAIN_OPTIONS_INIT;
  gchk_error error = {GCHK_OK, ""};
  double loss = 0, accuracy = 0;
  OK(gchk_suite_training_data(suite, "labels", 2, &training, &error), error);
  ck_assert_uint_eq(training.test.rows, 0);
  how.rate = 0.5;
  OK(gchk_trainer_new(&trainer, &training.spec, &training.train, &how, &error), error);
  for (size_t k = 0; k < 100; k++)
    OK(gchk_trainer_step(trainer, &loss, &error), error);
  OK(gchk_trainer_accuracy(trainer, &training.train, &accuracy, &error), error);
  ck_assert_double_eq(accuracy, 1);
  gchk_trainer_free(trainer);
  gchk_suite_free(suite);
}
END_TEST

static TCase *training_data(void) {
  TCase *tc = tcase_create("training data");
  tcase_set_timeout(tc, 120);
  tcase_add_test(tc, the_case_is_built_again_for_a_batch);
  tcase_add_loop_test(tc, a_hundred_images_are_learnt, 0, 6);
  tcase_add_test(tc, the_files_are_read_only_to_train);
  tcase_add_test(tc, bytes_are_what_doubles_are);
  tcase_add_loop_test(tc, what_is_refused, 0, (int)(sizeof(refused) / sizeof(refused[0])));
  tcase_add_loop_test(tc, weights_survive_a_file, 0, 2);
  tcase_add_test(tc, labels_too);
  return tc;
}

TEST_MAIN("training data", training_data)
