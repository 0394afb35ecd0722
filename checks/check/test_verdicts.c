/* Verdicts: right passes, wrong fails by how much it is wrong, NaN never passes. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "check_tests.h"

START_TEST(right_passes) {
  gchk_result *r = check_curve_factor(1, 0);
  const gchk_tensor_result *t = &r->cases[0].tensors[0];
  assert_curve_verdict(r, GCHK_PASS, 0);
  ck_assert_uint_eq(t->checked, 40);
  ck_assert_uint_eq(t->elements.pass, 40);
  ck_assert_double_lt(t->mean_abs_diff, 1e-11);
  ck_assert_double_eq(t->sensitivity.sign, 1);
  ck_assert_double_ge(t->sensitivity.tenth_percent, 0.99);
  ck_assert(isnan(t->threshold));
  gchk_result_free(r);
}
END_TEST

START_TEST(wrong_fails) {
  const double factors[] = {-1, 0, 2, 0.5, 1.1, 1.01, 1.001, 0.999, 1.00001};
  for (size_t i = 0; i < sizeof factors / sizeof factors[0]; i++) {
    gchk_result *r = check_curve_factor(factors[i], 0);
    assert_curve_verdict(r, GCHK_FAIL, 1);
    ck_assert_uint_eq(r->cases[0].tensors[0].elements.fail, 40);
    ck_assert_uint_gt(r->cases[0].tensors[0].worst_count, 0);
    gchk_result_free(r);
  }
}
END_TEST

START_TEST(one_wrong_element_among_many_is_found_and_named) {
  double o[CURVE_OPTIONS];
  curve_right(o);
  o[CURVE_ONE_WRONG] = 1;
  gchk_result *r = check_curve(o, NULL, NULL);
  const gchk_tensor_result *t = &r->cases[0].tensors[0];
  assert_curve_verdict(r, GCHK_FAIL, 1);
  ck_assert_uint_eq(t->elements.fail, 1);
  ck_assert_uint_eq(t->worst[0].flat, 39);
  gchk_result_free(r);
}
END_TEST

START_TEST(what_is_not_finite_never_passes) {
  double o[CURVE_OPTIONS];
  for (int poison = 1; poison <= 2; poison++) {
    for (int with_threshold = 0; with_threshold < 2; with_threshold++) {
      curve_right(o);
      o[CURVE_POISON] = poison;
      gchk_case settings = {.threshold = with_threshold ? 1e300 : 0};
      gchk_result *r = check_curve(o, &settings, NULL);
      assert_curve_verdict(r, GCHK_FAIL, 1);
      gchk_result_free(r);
    }
  }
  curve_right(o);
  o[CURVE_FORWARD_NAN] = 1;
  gchk_result *r = check_curve(o, NULL, NULL);
  assert_curve_verdict(r, GCHK_ERROR, 3);
  ck_assert_ptr_nonnull(strstr(r->cases[0].reason, "output 0"));
  gchk_result_free(r);

  curve_right(o);
  o[CURVE_SCALE] = (double)NAN;
  r = check_curve(o, NULL, NULL);
  assert_curve_verdict(r, GCHK_ERROR, 3);
  gchk_result_free(r);

  curve_right(o);
  o[CURVE_FACTOR] = (double)NAN;
  r = check_curve(o, NULL, NULL);
  assert_curve_verdict(r, GCHK_FAIL, 1);
  gchk_result_free(r);
}
END_TEST

START_TEST(an_input_that_is_not_finite_never_passes) {
  const double bad[] = {(double)NAN, (double)INFINITY, -(double)INFINITY};
  double o[CURVE_OPTIONS];
  curve_right(o);
  for (size_t i = 0; i < 3; i++) {
    gchk_tensor_setting x = {.name = "x", .fill = {.kind = GCHK_FILL_VALUES, .values = &bad[i], .value_count = 1}};
    gchk_case settings = {.settings = &x, .setting_count = 1};
    gchk_result *r = check_curve(o, &settings, NULL);
    ck_assert_int_ne(r->cases[0].verdict, GCHK_PASS);
    ck_assert_int_ne(r->exit_code, 0);
    gchk_result_free(r);
  }
}
END_TEST

// x^2 has no third derivative, so a fixed step has no truncation; what is left is rounding, 2e-16/1e-4.
START_TEST(a_fixed_step_is_the_documents_rule) {
  double o[CURVE_OPTIONS];
  curve_right(o);
  gchk_options check = GCHK_OPTIONS_INIT;
  check.step = 1e-4;
  gchk_result *r = check_curve(o, NULL, &check);
  assert_curve_verdict(r, GCHK_PASS, 0);
  ck_assert_double_lt(fabs(r->cases[0].tensors[0].step - 1e-4), 1e-9);
  ck_assert_double_lt(r->cases[0].tensors[0].mean_abs_diff, 1e-10);
  ck_assert_double_eq(r->config.step, 1e-4);
  gchk_result_free(r);
  o[CURVE_FACTOR] = 1.001;
  r = check_curve(o, NULL, &check);
  assert_curve_verdict(r, GCHK_FAIL, 1);
  gchk_result_free(r);
}
END_TEST

START_TEST(a_forward_that_drifts_is_refused) {
  double o[CURVE_OPTIONS];
  curve_right(o);
  o[CURVE_DRIFT] = 1e-9;
  gchk_result *r = check_curve(o, NULL, NULL);
  assert_curve_verdict(r, GCHK_FAIL, 1);
  ck_assert_ptr_nonnull(strstr(r->cases[0].reason, "not repeatable"));
  ck_assert_ptr_nonnull(find_finding(r->cases[0].findings, r->cases[0].finding_count, "forward-not-repeatable"));
  gchk_result_free(r);
}
END_TEST

TCase *verdict_tests(void) {
  TCase *tests = tcase_create("verdicts");
  tcase_set_timeout(tests, 60);
  tcase_add_test(tests, right_passes);
  tcase_add_test(tests, wrong_fails);
  tcase_add_test(tests, one_wrong_element_among_many_is_found_and_named);
  tcase_add_test(tests, what_is_not_finite_never_passes);
  tcase_add_test(tests, an_input_that_is_not_finite_never_passes);
  tcase_add_test(tests, a_fixed_step_is_the_documents_rule);
  tcase_add_test(tests, a_forward_that_drifts_is_refused);
  return tests;
}
