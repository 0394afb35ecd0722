/* Size expressions and shape notation. */
#include <check.h>
#include <string.h>

#include "instance/layer_sizes.h"
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
  s = sizes_of("A=2 B=3*A D=2x5 E=D F=()"); // a size may be said by one before it
  assert_shape(&s, "B E... F...", "(6,2,5)");
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

START_TEST(lists_of_a_given_rank) {
  static const struct {
    size_t axis;
    const char *before, *at, *behind;
  } rows[] = {{0, "1", "(2)", "(1,3,4)"}, {1, "(1,2)", "(3)", "(1,4)"}, {2, "(1,2,3)", "(4)", "(1)"}};
  gchk_error error;
  const gchk_shape x = {3, {2, 3, 4}}, row = {1, {4}};
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    gchk_sizes s = {0};
    ck_assert_int_eq(gchk_sizes_set(&s, "axis", rows[i].axis, &error), GCHK_OK);
    ck_assert_int_eq(gchk_sizes_bind(&s, "A...axis M Z...", &x, &error), GCHK_OK);
    if (i > 0)
      assert_shape(&s, "1 A...", rows[i].before);
    assert_shape(&s, "M", rows[i].at);
    assert_shape(&s, "1 Z...", rows[i].behind);
    assert_shape(&s, "A...axis M Z...", "(2,3,4)");
  }
  gchk_sizes s = sizes_of("axis=3");
  ck_assert_int_eq(gchk_sizes_bind(&s, "A...axis M Z...", &x, &error), GCHK_INVALID); // there is no axis 3
  ck_assert_int_eq(gchk_sizes_bind(&s, "A...axis M", &x, &error), GCHK_INVALID);
  s = sizes_of("axis=1");
  ck_assert_int_eq(gchk_sizes_bind(&s, "A...axis M", &row, &error), GCHK_INVALID);
  s = sizes_of("axis=1 A=2x3 M=4");
  assert_refused(&s, "A...axis M", "A is (2,3), but axis is 1");
  s = sizes_of("axis=0 A=1 M=4"); // of no dimensions
  assert_shape(&s, "A...axis M", "(4)");
  s = sizes_of("axis=0 A=() M=4");
  assert_shape(&s, "A...axis M", "(4)");
}
END_TEST

START_TEST(several_lists_where_all_but_one_are_told) {
  gchk_error error;
  gchk_sizes s = sizes_of("axis=1");
  const gchk_shape x = {3, {2, 5, 4}}, index = {2, {6, 3}}, source = {4, {2, 6, 3, 4}}, wrong = {4, {2, 3, 6, 4}};
  ck_assert_int_eq(gchk_sizes_bind(&s, "A...axis V Z...", &x, &error), GCHK_OK);
  ck_assert_int_eq(gchk_sizes_bind(&s, "S...", &index, &error), GCHK_OK);
  ck_assert_int_eq(gchk_sizes_bind(&s, "A...axis S... Z...", &source, &error), GCHK_OK);
  assert_shape(&s, "A...axis S... Z...", "(2,6,3,4)");
  ck_assert_int_eq(gchk_sizes_bind(&s, "A...axis S... Z...", &wrong, &error), GCHK_INVALID);
  ck_assert_ptr_nonnull(strstr(error.message, "S is (6,3) and cannot be (3,6) too"));
  // whose dimensions are whose is not told: nothing is bound
  s = (gchk_sizes){0};
  ck_assert_int_eq(gchk_sizes_bind(&s, "A... B...", &x, &error), GCHK_OK);
  ck_assert_int_eq(gchk_sizes_bind(&s, "A...axis V Z...", &x, &error), GCHK_OK);
  ck_assert_uint_eq(s.count, 0);
  assert_refused(&s, "A...axis V Z...", "nothing says how large A is");
  ck_assert_int_eq(gchk_sizes_bind(&s, "A... B... K L M N", &x, &error), GCHK_INVALID); // at least four dimensions
}
END_TEST

START_TEST(shapes_are_broadcast_as_in_numpy) {
  static const struct {
    const char *sizes, *both;
  } rows[] = {{"S=3x5 T=3x5", "(3,5)"},     {"S=2x3x5 T=5", "(2,3,5)"},
              {"S=5 T=2x3x5", "(2,3,5)"},   {"S=2x3x4 T=3x1", "(2,3,4)"},
              {"S=4x1 T=2x1x3", "(2,4,3)"}, {"S=() T=2x3", "(2,3)"},
              {"S=() T=()", "()"},          {"S=1 T=7", "(7)"}};
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    const gchk_sizes s = sizes_of(rows[i].sizes);
    assert_shape(&s, "S...^T...", rows[i].both);
  }
  gchk_sizes s = sizes_of("S=2x3 T=2");
  assert_refused(&s, "S...^T...", "(2,3) and (2) cannot be broadcast");
  s = sizes_of("S=2x3 U=3x2x3");
  assert_refused(&s, "S...^T...", "nothing says how large T is");
  assert_shape(&s, "7 S...^U...", "(7,3,2,3)");
}
END_TEST

static void assert_default(const char *defaults, const char *given, const char *name, size_t value) {
  const gchk_layer layer = {.name = "a", .sizes_default = defaults};
  gchk_sizes s = sizes_of(given);
  gchk_layer_default_sizes(&layer, &s);
  const gchk_size_binding *binding = gchk_sizes_find(&s, name);
  ck_assert_msg(binding != NULL && binding->value == value, "%s by default of %s, with %s: not %zu", name, defaults,
                given, value);
}

START_TEST(sizes_by_default) {
  static const char *const wrong[] = {"stride", "stride=", "=1", "3=4", "stride=1 padding==2", "a-b=2"};
  const char *pool = "KH=kernel KW=kernel stride=KH padding=0";
  const gchk_layer layer = {.name = "a", .sizes_default = pool};
  gchk_sizes s = sizes_of("KW=2");
  assert_default(pool, "kernel=3", "KW", 3);
  assert_default(pool, "kernel=3", "stride", 3);
  assert_default(pool, "KH=5 KW=4", "stride", 5);
  assert_default(pool, "kernel=3 KW=2", "KW", 2);
  assert_default(pool, "kernel=3 padding=1", "padding", 1);
  gchk_layer_default_sizes(&layer, &s);
  ck_assert_ptr_null(gchk_sizes_find(&s, "KH")); // nothing says it
  ck_assert_uint_eq(gchk_sizes_find(&s, "padding")->value, 0);
  ck_assert_int_eq(gchk_layer_scan_sizes(&layer, NULL, NULL, NULL), GCHK_OK);
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
    const gchk_layer bad = {.name = "a", .sizes_default = wrong[i]};
    ck_assert_msg(gchk_layer_scan_sizes(&bad, NULL, NULL, NULL) == GCHK_INVALID, "%s is accepted", wrong[i]);
  }
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
  count = 0;
  ck_assert_int_eq(gchk_sizes_scan("A...axis M Z...j-i-1 S...^T...", count_name, &count, NULL), GCHK_OK);
  ck_assert_int_eq(count, 404);
  ck_assert_int_eq(gchk_sizes_scan("A...3b", NULL, NULL, NULL), GCHK_INVALID);
  ck_assert_int_eq(gchk_sizes_scan("S...^T", NULL, NULL, NULL), GCHK_INVALID);
  ck_assert_int_eq(gchk_sizes_scan("S...^...", NULL, NULL, NULL), GCHK_INVALID);
  ck_assert_int_eq(gchk_sizes_scan("S...^T...2", NULL, NULL, NULL), GCHK_INVALID);
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
  tcase_add_test(tests, lists_of_a_given_rank);
  tcase_add_test(tests, several_lists_where_all_but_one_are_told);
  tcase_add_test(tests, shapes_are_broadcast_as_in_numpy);
  tcase_add_test(tests, sizes_by_default);
  return tests;
}
