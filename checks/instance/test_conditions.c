/* What must hold of sizes, against the compiler's own arithmetic. */
#include "instance/conditions.h"

#include <stdlib.h>
#include <string.h>

#include "gradcheck/check.h"
#include "instance_tests.h"

static gchk_status nothing(const gchk_call *c, gchk_error *error) {
  (void)c;
  (void)error;
  return GCHK_OK;
}

static const gchk_tensor_spec rows_of_three[] = {GCHK_TENSOR("x", GCHK_INPUT, "A B C"),
                                                 GCHK_TENSOR("y", GCHK_OUTPUT, "A")};

static gchk_layer layer_that_requires(const char *conditions) {
  return (gchk_layer){.name = "sized",
                      .dtype = GCHK_F64,
                      GCHK_TENSORS(rows_of_three),
                      .forward = nothing,
                      .backward = nothing,
                      .sizes_require = conditions};
}

/* The text of a condition, and what C makes of it. */
#define ROW(condition)                                                                                                 \
  { #condition, condition }

START_TEST(they_hold_where_arithmetic_says_so) {
  enum { A = 3, B = 8, C = 5 };
  // clang-format off
  static const struct { const char *text; bool holds; } rows[] = {
      ROW(A==3), ROW(A!=3), ROW(B%4==0), ROW(C%4==0), ROW(A<=B), ROW(B<=A), ROW(A<A), ROW(A<=A), ROW(B>=C), ROW(B>C),
      ROW(A*C==15), ROW((A+C)%B==0), ROW(A-C>=0), ROW(A-C<0), ROW(B%(A+C)==0), ROW(2*A>C), ROW(B%C%2==1)};
  // clang-format on
  gchk_sizes sizes = {0};
  ck_assert_int_eq(gchk_sizes_parse(&sizes, "A=3 B=8 C=5", NULL), GCHK_OK);
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    gchk_condition c[GCHK_MAX_CONDITIONS];
    gchk_error error = {GCHK_OK, ""};
    bool holds = !rows[i].holds;
    ck_assert_msg(gchk_conditions_scan(rows[i].text, NULL, NULL, &error) == GCHK_OK, "%s", error.message);
    ck_assert_uint_eq(gchk_conditions_split(rows[i].text, c), 1);
    ck_assert_int_eq(gchk_condition_holds(&c[0], &sizes, &holds, NULL), GCHK_OK);
    ck_assert_msg(holds == rows[i].holds, "%s", rows[i].text);
  }
}
END_TEST

START_TEST(a_rest_has_the_sign_of_the_divisor) {
  gchk_sizes sizes = {0};
  gchk_condition c[GCHK_MAX_CONDITIONS];
  bool holds;
  ck_assert_int_eq(gchk_sizes_parse(&sizes, "A=3 B=8", NULL), GCHK_OK);
  ck_assert_uint_eq(gchk_conditions_split(" (A-B)%4 == 3 ,A/2==1,A%(B-8)==0", c), 3);
  ck_assert_int_eq(gchk_condition_holds(&c[0], &sizes, &holds, NULL), GCHK_OK);
  ck_assert(holds);                // -5 = -2*4 + 3
  for (size_t k = 1; k < 3; k++) { // a side without a value
    ck_assert_int_eq(gchk_condition_holds(&c[k], &sizes, &holds, NULL), GCHK_OK);
    ck_assert(!holds);
  }
}
END_TEST

START_TEST(mistakes_are_shown_where_they_are) {
  static const struct {
    const char *text, *where, *what;
  } bad[] = {{"", "character 1:", "a condition is wanted"},
             {"C%4=0", "character 4:", "a comparison is wanted"},
             {"C%4", "character 4:", "a comparison is wanted"},
             {"C%==0", "character 3:", "a number or a name is wanted"},
             {"C%4==", "character 6:", "both sides"},
             {"==4", "character 1:", "both sides"},
             {"K<=H,", "character 6:", "after the comma"},
             {"K<=H,,C==1", "character 6:", "a condition is wanted"},
             {"K<=H<=C", "character 5:", "one comparison at a time"},
             {"K<=H, C%4==(1", "character 14:", "')' is missing"},
             {"K<=H C==1", "character 7:", "one comparison at a time"},
             {"K H<=1", "character 2:", "a blank within"},
             {"K<=1H", "character 5:", "there is more after its end"}};
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    gchk_error error = {GCHK_OK, ""};
    ck_assert_int_eq(gchk_conditions_scan(bad[i].text, NULL, NULL, &error), GCHK_INVALID);
    ck_assert_msg(strstr(error.message, bad[i].where) != NULL && strstr(error.message, bad[i].what) != NULL,
                  "\"%s\": %s", bad[i].text, error.message);
    gchk_layer layer = layer_that_requires(bad[i].text);
    ck_assert_int_eq(gchk_layer_validate(&layer, &error), GCHK_INVALID);
    ck_assert_ptr_nonnull(strstr(error.message, "sized: sizes_require"));
  }
}
END_TEST

START_TEST(what_does_not_hold_is_refused_by_name) {
  gchk_error error;
  gchk_layer layer = layer_that_requires("C%4==0, A <= B");
  ck_assert_int_eq(gchk_conditions_check_text(&layer, "A=3 B=4 C=8", NULL), GCHK_OK);
  ck_assert_int_eq(gchk_conditions_check_text(&layer, "A=5 B=4 C=8", &error), GCHK_INVALID);
  ck_assert_ptr_nonnull(strstr(error.message, "sized requires A <= B of its sizes"));
  ck_assert_ptr_nonnull(strstr(error.message, "A=5 B=4"));
  ck_assert_int_eq(gchk_conditions_check_text(&layer, "A=3 B=4", &error), GCHK_INVALID);
  ck_assert_ptr_nonnull(strstr(error.message, "nothing says how large C is"));
  layer.sizes_require = NULL;
  ck_assert_int_eq(gchk_conditions_check_text(&layer, NULL, NULL), GCHK_OK);
}
END_TEST

TCase *conditions_tests(void) {
  TCase *tests = tcase_create("conditions");
  tcase_add_test(tests, they_hold_where_arithmetic_says_so);
  tcase_add_test(tests, a_rest_has_the_sign_of_the_divisor);
  tcase_add_test(tests, mistakes_are_shown_where_they_are);
  tcase_add_test(tests, what_does_not_hold_is_refused_by_name);
  return tests;
}
