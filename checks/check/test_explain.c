/* Explaining one element. */
#include <math.h>
#include <string.h>

#include "check_tests.h"
#include "gradcheck/explain.h"

START_TEST(explains_a_right_and_a_wrong_element) {
  double o[CURVE_OPTIONS];
  gchk_explanation x;
  const size_t last = 39;
  const gchk_options check = GCHK_OPTIONS_INIT;
  curve_right(o);
  o[CURVE_ONE_WRONG] = 1;
  gchk_case c = {.name = "curve", .layer = &curve_layer, .options = o};
  ck_assert_int_eq(gchk_explain_element(&c, &check, "x", &last, 1, &x, NULL), GCHK_OK);
  ck_assert_int_eq(x.draws[0].verdict, GCHK_FAIL);
  ck_assert_double_gt(x.draws[0].error_bars, 1e3);
  ck_assert_double_lt(fabs(x.draws[0].numeric + x.draws[0].analytic), 1e-6);
  ck_assert_uint_gt(x.draws[0].step_count, 10);
  const size_t first = 0;
  ck_assert_int_eq(gchk_explain_element(&c, &check, "x", &first, 1, &x, NULL), GCHK_OK);
  ck_assert_int_eq(x.draws[0].verdict, GCHK_PASS);
}
END_TEST

START_TEST(places_that_are_not_there_are_refused) {
  double o[CURVE_OPTIONS];
  gchk_explanation x;
  gchk_error error;
  const size_t outside = 40, two[2] = {1, 2};
  const gchk_options check = GCHK_OPTIONS_INIT;
  curve_right(o);
  gchk_case c = {.name = "curve", .layer = &curve_layer, .options = o};
  ck_assert_int_eq(gchk_explain_element(&c, &check, "x", &outside, 1, &x, &error), GCHK_INVALID);
  ck_assert_ptr_nonnull(strstr(error.message, "(40)"));
  ck_assert_int_eq(gchk_explain_element(&c, &check, "x", two, 2, &x, &error), GCHK_INVALID);
  ck_assert_int_eq(gchk_explain_element(&c, &check, "z", &outside, 1, &x, &error), GCHK_INVALID);
  ck_assert_int_eq(gchk_explain_element(&c, &check, "y", &outside, 1, &x, &error), GCHK_INVALID);
}
END_TEST

/* Without a mistake any element will do; with one in the last element it is that one, by the tensor's name and without. */
START_TEST(the_worst_element_is_the_wrong_one) {
  static const char *const tensors[] = {"x", NULL};
  double o[CURVE_OPTIONS];
  gchk_explanation x;
  gchk_error error;
  gchk_case c = {.name = "curve", .layer = &curve_layer, .options = o};
  for (size_t i = 0; i < 2; i++) {
    curve_right(o);
    ck_assert_int_eq(gchk_explain_worst(&c, NULL, tensors[i], &x, NULL), GCHK_OK);
    ck_assert_int_eq(x.verdict, GCHK_PASS);
    o[CURVE_ONE_WRONG] = 1;
    ck_assert_int_eq(gchk_explain_worst(&c, NULL, tensors[i], &x, NULL), GCHK_OK);
    ck_assert_int_eq(x.verdict, GCHK_FAIL);
    ck_assert_uint_eq(x.flat, 39);
    ck_assert_str_eq(x.tensor, "x");
  }
  ck_assert_int_eq(gchk_explain_worst(&c, NULL, "z", &x, &error), GCHK_INVALID);
  ck_assert_ptr_nonnull(strstr(error.message, "no tensor 'z'"));
  ck_assert_int_eq(gchk_explain_worst(&c, NULL, "y", &x, &error), GCHK_INVALID);
  ck_assert_ptr_nonnull(strstr(error.message, "not differentiated"));
}
END_TEST

TCase *explain_tests(void) {
  TCase *tests = tcase_create("explain");
  tcase_add_test(tests, explains_a_right_and_a_wrong_element);
  tcase_add_test(tests, places_that_are_not_there_are_refused);
  tcase_add_test(tests, the_worst_element_is_the_wrong_one);
  return tests;
}
