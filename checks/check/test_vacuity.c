/* "Nothing was checked" is said in words, and is never a pass. */
#include <string.h>

#include "check_tests.h"

START_TEST(zero_against_zero_is_nothing) {
  double o[CURVE_OPTIONS];
  curve_right(o);
  o[CURVE_SCALE] = 0;
  gchk_result *r = check_curve(o, NULL, NULL);
  ck_assert_int_eq(r->cases[0].verdict, GCHK_SKIPPED);
  ck_assert_ptr_nonnull(strstr(r->cases[0].reason, "nothing was checked"));
  ck_assert_uint_eq(r->summary.elements_checked, 0);
  ck_assert_int_eq(r->exit_code, 4);
  ck_assert_int_ne(r->verdict, GCHK_PASS);
  gchk_result_free(r);
}
END_TEST

START_TEST(beside_something_that_was_checked_it_is_inconclusive) {
  double zero[CURVE_OPTIONS], right[CURVE_OPTIONS];
  curve_right(zero);
  curve_right(right);
  zero[CURVE_SCALE] = 0;
  const gchk_case cases[] = {{.name = "zero", .layer = &curve_layer, .options = zero},
                             {.name = "right", .layer = &curve_layer, .options = right}};
  gchk_result *r;
  ck_assert_int_eq(gchk_check_cases(cases, 2, NULL, &r, NULL), GCHK_OK);
  ck_assert_int_eq(r->exit_code, 5);
  ck_assert_uint_eq(r->summary.pass, 1);
  ck_assert_uint_eq(r->summary.skipped, 1);
  gchk_result_free(r);
  gchk_options check = GCHK_OPTIONS_INIT;
  check.allow_inconclusive = true;
  ck_assert_int_eq(gchk_check_cases(cases, 2, &check, &r, NULL), GCHK_OK);
  ck_assert_int_eq(r->exit_code, 0);
  gchk_result_free(r);
  check.strict = true;
  ck_assert_int_eq(gchk_check_cases(cases, 2, &check, &r, NULL), GCHK_OK);
  ck_assert_int_eq(r->exit_code, 1);
  gchk_result_free(r);
}
END_TEST

START_TEST(a_skipped_tensor_is_listed_with_its_reason) {
  double o[CURVE_OPTIONS];
  curve_right(o);
  gchk_tensor_setting x = {.name = "x", .skip = true, .skip_reason = "known to be integers"};
  gchk_case settings = {.settings = &x, .setting_count = 1};
  gchk_result *r = check_curve(o, &settings, NULL);
  ck_assert_uint_eq(r->cases[0].tensor_count, 1);
  ck_assert_int_eq(r->cases[0].tensors[0].verdict, GCHK_SKIPPED);
  ck_assert_str_eq(r->cases[0].tensors[0].reason, "known to be integers");
  ck_assert_int_eq(r->cases[0].verdict, GCHK_SKIPPED);
  ck_assert_int_eq(r->exit_code, 4);
  gchk_result_free(r);
}
END_TEST

START_TEST(no_cases_is_nothing) {
  gchk_result *r;
  ck_assert_int_eq(gchk_check_cases(NULL, 0, NULL, &r, NULL), GCHK_OK);
  ck_assert_int_eq(r->exit_code, 4);
  ck_assert_int_ne(r->verdict, GCHK_PASS);
  gchk_result_free(r);
}
END_TEST

// y = [x_0^2, 1e-30 x_1^2, ...]: a layer whose parameter hardly matters. All of w is far below rounding of y.
static gchk_status tiny_forward(const gchk_call *c, gchk_error *error) {
  (void)error;
  const double *x = c->t[0].value, *w = c->t[1].value;
  double *y = c->t[2].value;
  for (size_t i = 0; i < c->t[0].count; i++)
    y[i] = x[i] * x[i] + 1e-40 * w[i];
  return GCHK_OK;
}

static gchk_status tiny_backward(const gchk_call *c, gchk_error *error) {
  (void)error;
  const double *x = c->t[0].value, *dy = c->t[2].grad;
  double *dx = c->t[0].grad, *dw = c->t[1].grad;
  for (size_t i = 0; i < c->t[0].count; i++) {
    dx[i] = 2 * x[i] * dy[i];
    dw[i] = 1e-40 * dy[i];
  }
  return GCHK_OK;
}

static const gchk_tensor_spec tiny_tensors[] = {GCHK_TENSOR("x", GCHK_INPUT, "N", .keep_away = 0.3),
                                                GCHK_TENSOR("w", GCHK_PARAMETER, "N"),
                                                GCHK_TENSOR("y", GCHK_OUTPUT, "N")};
static const gchk_layer tiny = {.name = "tiny",
                                GCHK_HERE,
                                .dtype = GCHK_F64,
                                GCHK_TENSORS(tiny_tensors),
                                .forward = tiny_forward,
                                .backward = tiny_backward,
                                .sizes = "N=5"};

START_TEST(what_cannot_be_told_from_zero_is_inconclusive) {
  gchk_case c = {.name = "tiny", .layer = &tiny};
  gchk_result *r;
  ck_assert_int_eq(gchk_check_cases(&c, 1, NULL, &r, NULL), GCHK_OK);
  ck_assert_int_eq(r->cases[0].tensors[0].verdict, GCHK_PASS);
  ck_assert_int_eq(r->cases[0].tensors[1].verdict, GCHK_INCONCLUSIVE);
  ck_assert_str_ne(r->cases[0].tensors[1].reason, "");
  ck_assert_int_eq(r->cases[0].verdict, GCHK_INCONCLUSIVE);
  ck_assert_int_eq(r->exit_code, 5);
  gchk_result_free(r);
}
END_TEST

// y = x - mean over the batch: with a batch of one it is 0, and so is its gradient. That is no lack of the layer.
static gchk_status centre(const gchk_call *c, const double *from, double *to) {
  size_t rows = gchk_size(c, "N"), columns = gchk_size(c, "C");
  for (size_t k = 0; k < columns; k++) {
    double mean = 0;
    for (size_t n = 0; n < rows; n++)
      mean += from[n * columns + k] / (double)rows;
    for (size_t n = 0; n < rows; n++)
      to[n * columns + k] = from[n * columns + k] - mean;
  }
  return GCHK_OK;
}

static gchk_status centre_forward(const gchk_call *c, gchk_error *error) {
  (void)error;
  return centre(c, c->t[0].value, c->t[1].value);
}

static gchk_status centre_backward(const gchk_call *c, gchk_error *error) {
  (void)error;
  return centre(c, c->t[1].grad, c->t[0].grad);
}

static const gchk_tensor_spec centre_tensors[] = {GCHK_TENSOR("x", GCHK_INPUT, "N C"),
                                                  GCHK_TENSOR("y", GCHK_OUTPUT, "N C")};

START_TEST(a_shape_of_gradcheck_s_own_that_says_nothing_is_no_lack) {
  gchk_layer layer = {.name = "centre",
                      GCHK_HERE,
                      .dtype = GCHK_F64,
                      GCHK_TENSORS(centre_tensors),
                      .forward = centre_forward,
                      .backward = centre_backward};
  gchk_result *r;
  ck_assert_int_eq(gchk_check_layer(&layer, NULL, &r, NULL), GCHK_OK);
  bool is_skipped = false;
  for (size_t i = 0; i < r->case_count; i++)
    is_skipped = is_skipped || (strcmp(r->cases[i].name, "centre/single") == 0 && r->cases[i].verdict == GCHK_SKIPPED);
  ck_assert(is_skipped);
  ck_assert_int_eq(r->exit_code, 0);
  gchk_result_free(r);
  layer.sizes = "N=1 C=3"; // asked for by the layer itself, it is one
  ck_assert_int_eq(gchk_check_layer(&layer, NULL, &r, NULL), GCHK_OK);
  ck_assert_int_eq(r->exit_code, 4);
  gchk_result_free(r);
}
END_TEST

TCase *vacuity_tests(void) {
  TCase *tests = tcase_create("vacuity");
  tcase_set_timeout(tests, 60);
  tcase_add_test(tests, zero_against_zero_is_nothing);
  tcase_add_test(tests, beside_something_that_was_checked_it_is_inconclusive);
  tcase_add_test(tests, a_skipped_tensor_is_listed_with_its_reason);
  tcase_add_test(tests, no_cases_is_nothing);
  tcase_add_test(tests, a_shape_of_gradcheck_s_own_that_says_nothing_is_no_lack);
  tcase_add_test(tests, what_cannot_be_told_from_zero_is_inconclusive);
  return tests;
}
