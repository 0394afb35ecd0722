/* Expected values and gradients, reference gradients, expected failures: each with its wrong twin. */
#include <math.h>
#include <string.h>

#include "check_tests.h"

static const double x_values[3] = {1, -2, 3};
static const double right_y[3] = {1, 4, 9}, wrong_y[3] = {1, 4, 9.001};
static const double right_dx[3] = {2, -4, 6}, wrong_dx[3] = {2, 4, 6};

typedef struct wanted {
  const double *y, *dx, *reference, *upstream;
  double factor;
  const char *expected_failure;
} wanted;

static gchk_result *check_wanted(wanted w) {
  double o[CURVE_OPTIONS];
  curve_right(o);
  o[CURVE_FACTOR] = w.factor;
  gchk_tensor_setting settings[] = {{.size = sizeof(gchk_tensor_setting),
                                     .name = "x",
                                     .fill = {.kind = GCHK_FILL_VALUES, .values = x_values, .value_count = 3},
                                     .expected_gradient = w.dx,
                                     .expected_gradient_count = 3,
                                     .reference = w.reference,
                                     .reference_count = 3,
                                     .reference_source = "by hand"},
                                    {.size = sizeof(gchk_tensor_setting),
                                     .name = "y",
                                     .expected_value = w.y,
                                     .expected_value_count = 3,
                                     .upstream = w.upstream,
                                     .upstream_count = 3}};
  gchk_case c = {.sizes = "N=3", .settings = settings, .setting_count = 2, .expected_failure = w.expected_failure};
  return check_curve(o, &c, NULL);
}

START_TEST(values_and_gradients_that_are_as_expected_pass) {
  gchk_result *r = check_wanted((wanted){.y = right_y, .dx = right_dx, .factor = 1});
  ck_assert_int_eq(r->cases[0].verdict, GCHK_PASS);
  gchk_result_free(r);
}
END_TEST

START_TEST(a_value_that_is_not_as_expected_fails) {
  gchk_result *r = check_wanted((wanted){.y = wrong_y, .factor = 1});
  const gchk_finding *f = find_finding(r->cases[0].findings, r->cases[0].finding_count, "expected-value");
  ck_assert_int_eq(r->exit_code, 1);
  ck_assert_ptr_nonnull(f);
  ck_assert_ptr_nonnull(strstr(f->text, "element 2"));
  gchk_result_free(r);
}
END_TEST

START_TEST(a_gradient_that_is_not_as_expected_fails) {
  gchk_result *r = check_wanted((wanted){.dx = wrong_dx, .factor = 1});
  const gchk_tensor_result *t = &r->cases[0].tensors[0];
  ck_assert_int_eq(r->exit_code, 1);
  ck_assert_ptr_nonnull(find_finding(t->findings, t->finding_count, "expected-gradient"));
  ck_assert_uint_eq(t->elements.fail, 0); // the differences agree: it is the expectation that does not
  gchk_result_free(r);
}
END_TEST

// A threshold is about differences; what the case expects is none of its business, and stays a finding.
START_TEST(a_threshold_does_not_waive_what_is_expected) {
  double o[CURVE_OPTIONS];
  curve_right(o);
  o[CURVE_FACTOR] = 1 + 1e-6;
  gchk_tensor_setting x = {.name = "x",
                           .fill = {.kind = GCHK_FILL_VALUES, .values = x_values, .value_count = 3},
                           .expected_gradient = wrong_dx,
                           .expected_gradient_count = 3};
  gchk_case c = {.sizes = "N=3", .settings = &x, .setting_count = 1, .threshold = 1e-3};
  gchk_result *r = check_curve(o, &c, NULL);
  const gchk_tensor_result *t = &r->cases[0].tensors[0];
  const gchk_finding *expected = find_finding(t->findings, t->finding_count, "expected-gradient");
  ck_assert_int_eq(r->exit_code, 1);
  ck_assert_ptr_nonnull(find_finding(t->findings, t->finding_count, "systematic-mismatch"));
  ck_assert(expected != NULL && !expected->is_note);
  gchk_result_free(r);
}
END_TEST

START_TEST(a_given_upstream_gradient_is_used) {
  const double upstream[3] = {1, -0.5, 2}, dx[3] = {2, 2, 12};
  gchk_result *r = check_wanted((wanted){.dx = dx, .upstream = upstream, .factor = 1});
  ck_assert_int_eq(r->exit_code, 0);
  gchk_result_free(r);
}
END_TEST

START_TEST(references_are_compared_three_ways) {
  gchk_result *r = check_wanted((wanted){.reference = right_dx, .factor = 1});
  const gchk_reference_result *reference = &r->cases[0].tensors[0].reference;
  ck_assert(reference->present);
  ck_assert_uint_eq(reference->fail, 0);
  ck_assert_double_lt(reference->numeric_max_abs_diff, 1e-9);
  ck_assert_int_eq(r->exit_code, 0);
  gchk_result_free(r);
  r = check_wanted((wanted){.reference = wrong_dx, .factor = 1});
  ck_assert_uint_eq(r->cases[0].tensors[0].reference.fail, 1);
  ck_assert_int_eq(r->exit_code, 1);
  gchk_result_free(r);
}
END_TEST

// loss = sum of squares: a scalar, whose first upstream gradient is 1, as that of references.
static gchk_status squares_forward(const gchk_call *c, gchk_error *error) {
  (void)error;
  double sum = 0;
  for (size_t i = 0; i < c->t[0].count; i++)
    sum += ((const double *)c->t[0].value)[i] * ((const double *)c->t[0].value)[i];
  *(double *)c->t[1].value = sum;
  return GCHK_OK;
}

static gchk_status squares_backward(const gchk_call *c, gchk_error *error) {
  (void)error;
  for (size_t i = 0; i < c->t[0].count; i++)
    ((double *)c->t[0].grad)[i] = 2 * ((const double *)c->t[0].value)[i] * *(const double *)c->t[1].grad;
  return GCHK_OK;
}

static const gchk_tensor_spec squares_tensors[] = {GCHK_TENSOR("x", GCHK_INPUT, "N"),
                                                   GCHK_TENSOR("loss", GCHK_OUTPUT, "")};

static gchk_result *check_loss(const gchk_layer *layer, const double values[3], const double reference[3]) {
  const gchk_tensor_setting settings[] = {{.name = "x",
                                           .fill = {.kind = GCHK_FILL_VALUES, .values = values, .value_count = 3},
                                           .reference = reference,
                                           .reference_count = 3,
                                           .reference_source = "by hand"}};
  const gchk_case c = {.name = "squares", .layer = layer, .settings = settings, .setting_count = 1};
  gchk_result *r;
  ck_assert_int_eq(gchk_check_cases(&c, 1, NULL, &r, NULL), GCHK_OK);
  return r;
}

static gchk_result *check_squares(const double *reference) {
  const gchk_layer layer = {.name = "squares",
                            GCHK_HERE,
                            .dtype = GCHK_F64,
                            GCHK_TENSORS(squares_tensors),
                            .forward = squares_forward,
                            .backward = squares_backward,
                            .sizes = "N=3"};
  return check_loss(&layer, x_values, reference);
}

/* The exact derivative is handed in: the bound of the differences covers their true error. A false one it does not. */
START_TEST(the_true_error_stands_beside_its_bound) {
  gchk_result *r = check_squares(right_dx);
  const gchk_reference_result *reference = &r->cases[0].tensors[0].reference;
  ck_assert_double_eq(reference->covered, 1);
  ck_assert_double_le(reference->worst_bars, 1);
  gchk_result_free(r);
  static const double off[3] = {2, -4, 6 + 1e-3};
  r = check_squares(off);
  reference = &r->cases[0].tensors[0].reference;
  ck_assert(fabs(reference->covered - 2.0 / 3) < 1e-12);
  ck_assert_double_gt(reference->worst_bars, 10);
  ck_assert(fabs(reference->numeric_max_abs_diff - 1e-3) < 1e-6);
  gchk_result_free(r);
  // Of several outputs the first upstream gradient is random: it is not known what the bound would be for ones.
  r = check_wanted((wanted){.reference = right_dx, .factor = 1});
  ck_assert(isnan(r->cases[0].tensors[0].reference.covered));
  gchk_result_free(r);
}
END_TEST

// A float backward by a way that loses digits: its rounding is measured, and no difference to a reference. 1 % is one.
static gchk_status rounded_forward(const gchk_call *c, gchk_error *error) {
  (void)error;
  double sum = 0;
  for (size_t i = 0; i < c->t[0].count; i++)
    sum += (double)((const float *)c->t[0].value)[i] * (double)((const float *)c->t[0].value)[i];
  *(float *)c->t[1].value = (float)sum;
  return GCHK_OK;
}

static gchk_status rounded_backward(const gchk_call *c, gchk_error *error) {
  (void)error;
  for (size_t i = 0; i < c->t[0].count; i++) {
    const float far = ((const float *)c->t[0].value)[i] + 1000;
    ((float *)c->t[0].grad)[i] = 2 * (far - 1000) * *(const float *)c->t[1].grad;
  }
  return GCHK_OK;
}

START_TEST(rounding_inside_backward_is_no_difference_to_a_reference) {
  const gchk_layer layer = {.name = "squares, rounded",
                            GCHK_HERE,
                            .dtype = GCHK_F32,
                            GCHK_TENSORS(squares_tensors),
                            .forward = rounded_forward,
                            .backward = rounded_backward,
                            .sizes = "N=3"};
  const double values[3] = {1.1, -2.3, 3.7};
  for (int is_wrong = 0; is_wrong < 2; is_wrong++) {
    const double reference[3] = {2.2, -4.6, 7.4 * (is_wrong ? 1.01 : 1)};
    gchk_result *r = check_loss(&layer, values, reference);
    const gchk_reference_result *found = &r->cases[0].tensors[0].reference;
    ck_assert_double_gt(found->max_abs_diff, 1e-8 + 1e-5 * 2.2); // more than the tolerances allow
    ck_assert_uint_eq(found->fail, is_wrong ? 1 : 0);
    gchk_result_free(r);
  }
}
END_TEST

START_TEST(an_expected_failure_passes_and_its_absence_fails) {
  gchk_result *r = check_wanted((wanted){.factor = 2, .expected_failure = "doubled on purpose"});
  ck_assert_int_eq(r->cases[0].verdict, GCHK_PASS);
  ck_assert_int_eq(r->cases[0].tensors[0].verdict, GCHK_FAIL);
  ck_assert_uint_eq(r->summary.expected_failures, 1);
  ck_assert_int_eq(r->exit_code, 0);
  gchk_result_free(r);
  r = check_wanted((wanted){.factor = 1, .expected_failure = "doubled on purpose"});
  ck_assert_int_eq(r->cases[0].verdict, GCHK_FAIL);
  ck_assert_ptr_nonnull(find_finding(r->cases[0].findings, r->cases[0].finding_count, "unexpected-pass"));
  ck_assert_int_eq(r->exit_code, 1);
  gchk_result_free(r);
}
END_TEST

TCase *expectation_tests(void) {
  TCase *tests = tcase_create("expectations");
  tcase_add_test(tests, values_and_gradients_that_are_as_expected_pass);
  tcase_add_test(tests, a_value_that_is_not_as_expected_fails);
  tcase_add_test(tests, a_gradient_that_is_not_as_expected_fails);
  tcase_add_test(tests, a_threshold_does_not_waive_what_is_expected);
  tcase_add_test(tests, a_given_upstream_gradient_is_used);
  tcase_add_test(tests, references_are_compared_three_ways);
  tcase_add_test(tests, the_true_error_stands_beside_its_bound);
  tcase_add_test(tests, rounding_inside_backward_is_no_difference_to_a_reference);
  tcase_add_test(tests, an_expected_failure_passes_and_its_absence_fails);
  return tests;
}
