/* softmax_with_loss: the documents' example, closed forms in long double, differences of a long double loss, labels. */
#include <math.h>
#include <string.h>

#include "layers/layer_fixture.h"
#include "main.h"

enum { ONE_HOT, LABELS };
static const gchk_dtype dtypes[] = {GCHK_F64, GCHK_F32};

static long double target_at(const gchk_instance *l, size_t n, size_t c, size_t classes) {
  const size_t t = tensor_of(l, "t");
  if (l->t[t].dtype == GCHK_I32)
    return value_at(l, t, n) == (long double)c ? 1 : 0;
  return value_at(l, t, n * classes + c);
}

/* The loss as document 003 writes it, with x[at] moved by `by`. */
static long double loss_of(const gchk_instance *l, size_t at, long double by, const long double eps[2]) {
  const size_t x = tensor_of(l, "x"), rows = l->t[x].shape.dim[0], classes = l->t[x].shape.dim[1];
  long double loss = 0;
  for (size_t n = 0; n < rows; n++) {
    long double m = -(long double)INFINITY, sum = 0, z[64];
    for (size_t c = 0; c < classes; c++) {
      z[c] = value_at(l, x, n * classes + c) + (n * classes + c == at ? by : 0);
      m = fmaxl(m, z[c]);
    }
    for (size_t c = 0; c < classes; c++)
      sum += expl(z[c] - m);
    for (size_t c = 0; c < classes; c++)
      loss -= target_at(l, n, c, classes) * logl(expl(z[c] - m) / (sum + eps[1]) + eps[0]) / (long double)rows;
  }
  return loss;
}

START_TEST(example_of_the_documents) {
  const double options[] = {1e-7, 0, 0};
  static const long double dx[] = {0.00910564L, 0.12259591L, -0.13170154L, 0.12731426L, -0.35929598L, 0.23198171L};
  gchk_instance *l = make_layer("softmax_with_loss", (size_t)_i, GCHK_F64, "N=2 C=3", options, 1);
  set_values(l, "x", (double[]){0.3, 2.9, 4.0, 0.1, 0.2, 0.7}, 6);
  if (_i == ONE_HOT)
    set_values(l, "t", (double[]){0, 0, 1, 0, 1, 0}, 6);
  else
    set_values(l, "t", (double[]){2, 1}, 2);
  run_layer(l, 2);
  const size_t loss = tensor_of(l, "loss");
  ck_assert_uint_eq(l->t[loss].shape.rank, 0);
  expect_value(l, loss, 0, 0.7868317613004097L, 8, 1);
  for (size_t i = 0; i < 6; i++) // printed with eight decimals
    ck_assert(fabsl(gradient_at(l, 0, i) / gradient_at(l, loss, 0) - dx[i]) <= 0.51e-8L);
  gchk_instance_free(l);
}
END_TEST

static const struct {
  const char *sizes;
  double options[3]; // the sum is not taken
} settings[] = {{"N=3 C=5", {0, 0}},     {"N=1 C=7", {0, 0}},         {"N=4 C=1", {0, 0}},      {"N=3 C=10", {1e-7, 0}},
                {"N=2 C=3", {0, 1e-10}}, {"N=5 C=4", {1e-10, 1e-10}}, {"N=3 C=5", {1e-2, 1e-2}}};
enum { SETTINGS = sizeof settings / sizeof settings[0] };

START_TEST(closed_form) {
  const size_t s = (size_t)_i / 4, kind = (size_t)_i / 2 % 2;
  gchk_instance *l = make_layer("softmax_with_loss", kind, dtypes[_i % 2], settings[s].sizes, settings[s].options, 3);
  run_layer(l, 4);
  const long double eps[] = {(long double)settings[s].options[0], (long double)settings[s].options[1]};
  const size_t rows = l->t[0].shape.dim[0], classes = l->t[0].shape.dim[1], loss = tensor_of(l, "loss");
  expect_value(l, loss, 0, loss_of(l, 0, 0, eps), 24, 1 + loss_of(l, 0, 0, eps));
  for (size_t n = 0; n < rows; n++) {
    long double m = -(long double)INFINITY, sum = eps[1];
    for (size_t c = 0; c < classes; c++)
      m = fmaxl(m, value_at(l, 0, n * classes + c));
    for (size_t c = 0; c < classes; c++)
      sum += expl(value_at(l, 0, n * classes + c) - m);
    for (size_t c = 0; c < classes; c++) {
      const long double y = expl(value_at(l, 0, n * classes + c) - m) / sum, d = gradient_at(l, loss, 0);
      expect_value(l, tensor_of(l, "y"), n * classes + c, y, 16, 1);
      // the documents' gradient, whatever the epsilons are
      expect_gradient(l, 0, n * classes + c, d * (y - target_at(l, n, c, classes)) / (long double)rows, 24, fabsl(d));
    }
  }
  gchk_instance_free(l);
}
END_TEST

/* Without epsilons backward is the derivative; with log_eps it is off by the factor y/(y + log_eps), and that shows. */
START_TEST(differences_of_the_loss) {
  const double options[] = {_i == 0 ? 0 : 1e-2, 0, 0};
  const long double eps[] = {(long double)options[0], 0}, h = 1e-5L;
  gchk_instance *l = make_layer("softmax_with_loss", ONE_HOT, GCHK_F64, "N=3 C=5", options, 8);
  run_layer(l, 4);
  const long double d = gradient_at(l, tensor_of(l, "loss"), 0);
  long double worst = 0;
  for (size_t i = 0; i < 15; i++) {
    const long double numeric = (loss_of(l, i, h, eps) - loss_of(l, i, -h, eps)) / (2 * h);
    worst = fmaxl(worst, fabsl(gradient_at(l, 0, i) / d - numeric));
  }
  if (_i == 0)
    ck_assert(worst <= 1e-10L);
  else
    ck_assert(worst > 1e-4L);
  gchk_instance_free(l);
}
END_TEST

/* Targets that are weights with a sum of 1. */
START_TEST(soft_targets) {
  gchk_instance *l = make_layer("softmax_with_loss", ONE_HOT, GCHK_F64, "N=1 C=3", NULL, 8);
  set_values(l, "t", (double[]){0.25, 0.25, 0.5}, 3);
  run_layer(l, 4);
  const long double none[] = {0, 0}, h = 1e-5L, d = gradient_at(l, tensor_of(l, "loss"), 0);
  for (size_t i = 0; i < 3; i++) {
    const long double numeric = (loss_of(l, i, h, none) - loss_of(l, i, -h, none)) / (2 * h);
    ck_assert(fabsl(gradient_at(l, 0, i) / d - numeric) <= 1e-10L);
  }
  gchk_instance_free(l);
}
END_TEST

/* Scores whose softmax underflows: no log(0) without log_eps, -log(log_eps) with it. */
START_TEST(far_apart_scores) {
  const double with_eps[] = {1e-7, 0, 0};
  for (size_t k = 0; k < 2; k++) {
    gchk_instance *l = make_layer("softmax_with_loss", LABELS, dtypes[_i], "N=2 C=2", k == 0 ? NULL : with_eps, 8);
    set_values(l, "x", (double[]){1000, -1000, -3000, 500}, 4);
    set_values(l, "t", (double[]){1, 1}, 2);
    run_layer(l, 4);
    const long double loss = k == 0 ? 1000 : -(logl(1e-7L) + log1pl(1e-7L)) / 2;
    expect_value(l, tensor_of(l, "loss"), 0, loss, 8, loss);
    for (size_t i = 0; i < 4; i++)
      ck_assert(isfinite(gradient_at(l, 0, i)));
    gchk_instance_free(l);
  }
}
END_TEST

START_TEST(labels_are_range_checked) {
  static const int labels[] = {5, -1, 4, 0};
  gchk_instance *l = make_layer("softmax_with_loss", LABELS, GCHK_F64, "N=3 C=5", NULL, 8);
  set_value(l, tensor_of(l, "t"), 2, labels[_i]);
  gchk_error error = {GCHK_OK, ""};
  const gchk_status status = gchk_instance_forward(l, &error);
  ck_assert_int_eq(status, _i < 2 ? GCHK_LAYER_FAILED : GCHK_OK);
  if (_i < 2) {
    ck_assert_ptr_nonnull(strstr(error.message, _i == 0 ? "label 5 of sample 2" : "label -1 of sample 2"));
    ck_assert_ptr_nonnull(strstr(error.message, "0 to 4"));
  }
  gchk_instance_free(l);
}
END_TEST

static TCase *softmax(void) {
  TCase *t = tcase_create("softmax_with_loss");
  tcase_add_loop_test(t, example_of_the_documents, 0, 2);
  tcase_add_loop_test(t, closed_form, 0, 4 * SETTINGS);
  tcase_add_loop_test(t, differences_of_the_loss, 0, 2);
  tcase_add_test(t, soft_targets);
  tcase_add_loop_test(t, far_apart_scores, 0, 2);
  tcase_add_loop_test(t, labels_are_range_checked, 0, 4);
  return t;
}

TEST_MAIN("softmax_with_loss", softmax)
