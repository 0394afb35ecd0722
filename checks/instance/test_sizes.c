/* Size expressions and shape notation. */
#include <check.h>
#include <string.h>

#include "instance/sizes.h"
#include "instance_tests.h"

static gchk_sizes sizes_of(const char *text) {
  gchk_sizes sizes = {0};
  gchk_error error;
  ck_assert_msg(gchk_sizes_parse(&sizes, text, &error) == GCHK_OK, "%s", error.message);
  return sizes;
}

static void assert_shape(const gchk_sizes *sizes, const char *spec, const char *expected) {
  gchk_shape shape;
  gchk_error error;
  char text[128];
  ck_assert_msg(gchk_sizes_shape(sizes, spec, &shape, &error) == GCHK_OK, "%s: %s", spec, error.message);
  ck_assert_str_eq(gchk_shape_format(&shape, text, sizeof text), expected);
}

static void assert_refused(const gchk_sizes *sizes, const char *spec, const char *why) {
  gchk_shape shape;
  gchk_error error;
  ck_assert_int_eq(gchk_sizes_shape(sizes, spec, &shape, &error), GCHK_INVALID);
  ck_assert_msg(strstr(error.message, why) != NULL, "%s: '%s' lacks '%s'", spec, error.message, why);
}

START_TEST(expressions_follow_the_rules_of_arithmetic) {
  gchk_sizes s = sizes_of("H=11 K=3 P=1 S=2 C=6 D=2x5 Nx=4");
  assert_shape(&s, "", "()");
  assert_shape(&s, "H K", "(11,3)");
  assert_shape(&s, "3*C", "(18)");
  assert_shape(&s, "H-K-P", "(7)");
  assert_shape(&s, "H-(K-P)", "(9)");
  assert_shape(&s, "2+3*C", "(20)");
  assert_shape(&s, "(H+2*P-K)//S+1", "(6)");
  assert_shape(&s, "C/K", "(2)");
  assert_shape(&s, "K D...", "(3,2,5)");
  assert_shape(&s, "D", "(10)");
  assert_shape(&s, "Nx", "(4)");
  s = sizes_of("A=2 B=3*A"); // a size may be said by one before it
  assert_shape(&s, "B", "(6)");
}
END_TEST

START_TEST(what_makes_no_sense_is_refused_with_a_reason) {
  gchk_sizes s = sizes_of("H=11 K=3 S=2");
  assert_refused(&s, "W", "nothing says how large W is");
  assert_refused(&s, "H/S", "rest");
  assert_refused(&s, "K-H", "negative");
  assert_refused(&s, "K-K", "is 0");
  assert_refused(&s, "K/(S-2)", "zero");
  assert_refused(&s, "3+", "ends");
  assert_refused(&s, "(3", "')'");
  assert_refused(&s, "3)", "more after");
  assert_refused(&s, "?", "wanted");
  assert_refused(&s, "9999999999999999999999", "too large");
  assert_refused(&s, "4000000000*4000000000", "too large");
  assert_refused(&s, "E...", "nothing says how large E is");
  assert_refused(&s, "1 1 1 1 1 1 1 1 1", "dimensions");
}
END_TEST

START_TEST(sizes_that_contradict_are_refused) {
  gchk_sizes s = {0};
  ck_assert_int_eq(gchk_sizes_parse(&s, "N=3 N=3", NULL), GCHK_OK);
  ck_assert_int_eq(gchk_sizes_parse(&s, "N=4", NULL), GCHK_INVALID);
  ck_assert_int_eq(gchk_sizes_parse(&s, "M", NULL), GCHK_INVALID);
  ck_assert_int_eq(gchk_sizes_parse(&s, "M=", NULL), GCHK_INVALID);
  ck_assert_int_eq(gchk_sizes_parse(&s, "D=2x0", NULL), GCHK_INVALID);
  ck_assert_int_eq(gchk_sizes_parse(&s, "P=0", NULL), GCHK_OK); // a padding of none; a dimension of none is refused
  assert_refused(&s, "P", "is 0");
  assert_shape(&s, "N+P", "(3)");
  ck_assert_int_eq(gchk_sizes_parse(&s, "M=-1", NULL), GCHK_INVALID);
  ck_assert_int_eq(gchk_sizes_parse(&s, "3=4", NULL), GCHK_INVALID);
  ck_assert_int_eq(gchk_sizes_parse(&s, "M=2x", NULL), GCHK_INVALID);
}
END_TEST

START_TEST(binding_infers_names_from_shapes) {
  gchk_sizes s = {0};
  gchk_error error;
  gchk_shape image = {3, {5, 2, 4}}, weights = {2, {8, 3}}, wrong = {2, {7, 3}}, vector = {1, {5}};
  ck_assert_int_eq(gchk_sizes_bind(&s, "N inputs...", &image, &error), GCHK_OK);
  ck_assert_uint_eq(gchk_sizes_find(&s, "inputs")->value, 8);
  ck_assert_int_eq(gchk_sizes_bind(&s, "inputs units", &wrong, &error), GCHK_INVALID);
  ck_assert_ptr_nonnull(strstr(error.message, "(7,3)"));
  ck_assert_int_eq(gchk_sizes_bind(&s, "inputs units", &weights, &error), GCHK_OK);
  assert_shape(&s, "N units", "(5,3)");
  assert_shape(&s, "N inputs...", "(5,2,4)");
  s = (gchk_sizes){0};
  ck_assert_int_eq(gchk_sizes_bind(&s, "N inputs...", &vector, &error), GCHK_OK); // a list may be empty
  ck_assert_uint_eq(gchk_sizes_find(&s, "inputs")->value, 1);
  ck_assert_int_eq(gchk_sizes_bind(&s, "A B", &vector, &error), GCHK_INVALID);
}
END_TEST

static void count_name(void *context, const char *name, bool is_list) {
  (void)name;
  *(int *)context += is_list ? 100 : 1;
}

START_TEST(scanning_names_checks_the_notation) {
  int count = 0;
  ck_assert_int_eq(gchk_sizes_scan("N 3*C (H-K)//S+1 D...", count_name, &count, NULL), GCHK_OK);
  ck_assert_int_eq(count, 105);
  ck_assert_int_eq(gchk_sizes_scan("A... B...", NULL, NULL, NULL), GCHK_INVALID);
  ck_assert_int_eq(gchk_sizes_scan("A 3b", NULL, NULL, NULL), GCHK_INVALID);
  ck_assert_int_eq(gchk_sizes_scan("3...", NULL, NULL, NULL), GCHK_INVALID);
}
END_TEST

TCase *sizes_tests(void) {
  TCase *tests = tcase_create("sizes");
  tcase_add_test(tests, expressions_follow_the_rules_of_arithmetic);
  tcase_add_test(tests, what_makes_no_sense_is_refused_with_a_reason);
  tcase_add_test(tests, sizes_that_contradict_are_refused);
  tcase_add_test(tests, binding_infers_names_from_shapes);
  tcase_add_test(tests, scanning_names_checks_the_notation);
  return tests;
}
