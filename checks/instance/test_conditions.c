/* What must hold of sizes, against the compiler's own arithmetic; and sizes that are searched for. */
#include "instance/conditions.h"

#include <stdlib.h>
#include <string.h>

#include "gradcheck/check.h"
#include "instance/size_search.h"
#include "instance_tests.h"

static gchk_status nothing(const gchk_call *c, gchk_error *error) {
  (void)c;
  (void)error;
  return GCHK_OK;
}

static gchk_layer layer_of(const gchk_tensor_spec *rows, size_t count, const char *required) {
  return (gchk_layer){.name = "sized",
                      .dtype = GCHK_F64,
                      .tensors = rows,
                      .tensor_count = count,
                      .forward = nothing,
                      .backward = nothing,
                      .sizes_require = required};
}

static const gchk_tensor_spec rows_of_three[] = {GCHK_TENSOR("x", GCHK_INPUT, "A B C"),
                                                 GCHK_TENSOR("y", GCHK_OUTPUT, "A")};

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
    gchk_layer layer = layer_of(rows_of_three, 2, bad[i].text);
    ck_assert_int_eq(gchk_layer_validate(&layer, &error), GCHK_INVALID);
    ck_assert_ptr_nonnull(strstr(error.message, "sized: sizes_require"));
  }
}
END_TEST

START_TEST(what_does_not_hold_is_refused_by_name) {
  gchk_error error;
  gchk_layer layer = layer_of(rows_of_three, 2, "C%4==0, A <= B");
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

static void wish_for(gchk_size_wish wish[3], size_t a, size_t b, size_t c) {
  const size_t values[] = {a, b, c};
  for (size_t i = 0; i < 3; i++)
    wish[i] = (gchk_size_wish){.name = {(char)('A' + (int)i)}, .value = values[i]};
}

START_TEST(sizes_near_the_wish_are_found) {
  static const struct {
    const char *required;
    size_t found[3]; // worked out by hand: the last one is changed first, and by as little as it takes
  } rows[] = {{"A==3", {3, 5, 7}},
              {"C%4==0", {3, 5, 8}},
              {"A>=B", {3, 3, 7}},
              {"A*B==C", {3, 5, 15}},
              {"C==1024", {3, 5, 1024}},
              {"A%2==0, B<A", {4, 3, 7}},
              {"B==2*A, C==2*B", {3, 6, 12}},
              {"A+B+C==15", {3, 5, 7}},
              {"A!=3, B!=5, C!=7", {4, 6, 8}}};
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    gchk_layer layer = layer_of(rows_of_three, 2, rows[i].required);
    gchk_size_wish wish[3];
    wish_for(wish, 3, 5, 7);
    ck_assert_msg(gchk_search_sizes(&layer, wish, 3, GCHK_SIZES_AS_WISHED), "%s", rows[i].required);
    for (size_t k = 0; k < 3; k++)
      ck_assert_msg(wish[k].value == rows[i].found[k], "%s: %zu %zu %zu", rows[i].required, wish[0].value,
                    wish[1].value, wish[2].value);
  }
}
END_TEST

START_TEST(likings_are_kept_where_they_can_be) {
  gchk_size_wish wish[3];
  gchk_layer layer = layer_of(rows_of_three, 2, "A>=B");
  wish_for(wish, 3, 5, 7);
  ck_assert(gchk_search_sizes(&layer, wish, 3, GCHK_SIZES_DISTINCT));
  ck_assert(wish[0].value != wish[1].value && wish[1].value != wish[2].value && wish[0].value >= wish[1].value);
  wish_for(wish, 3, 5, 7);
  layer.sizes_require = "A%8==0";
  ck_assert(gchk_search_sizes(&layer, wish, 3, GCHK_SIZES_ALL_THE_SAME));
  ck_assert(wish[0].value == 8 && wish[1].value == 8 && wish[2].value == 8);
  layer.sizes_require = "A==B";
  ck_assert(gchk_search_sizes(&layer, wish, 3, GCHK_SIZES_DISTINCT)); // given up
  ck_assert_uint_eq(wish[0].value, wish[1].value);
}
END_TEST

START_TEST(what_cannot_be_is_given_up_soon) {
  static const char *const impossible[] = {"A<B, B<A", "A==0", "A>100000", "A*B==A*B+C", "A%2==0, A%2==1"};
  for (size_t i = 0; i < sizeof impossible / sizeof impossible[0]; i++) {
    gchk_layer layer = layer_of(rows_of_three, 2, impossible[i]);
    gchk_size_wish wish[3];
    wish_for(wish, 3, 5, 7);
    ck_assert_msg(!gchk_search_sizes(&layer, wish, 3, GCHK_SIZES_DISTINCT), "%s", impossible[i]);
    ck_assert(wish[0].value == 3 && wish[1].value == 5 && wish[2].value == 7);
  }
}
END_TEST

START_TEST(shapes_must_exist_too) {
  static const gchk_tensor_spec rows[] = {GCHK_TENSOR("x", GCHK_INPUT, "A B"),
                                          GCHK_TENSOR("y", GCHK_OUTPUT, "(A-B)/2+1 C")};
  gchk_layer layer = layer_of(rows, 2, "C>=1");
  gchk_size_wish wish[3];
  wish_for(wish, 3, 5, 7);
  ck_assert(gchk_search_sizes(&layer, wish, 3, GCHK_SIZES_AS_WISHED));
  ck_assert(wish[0].value >= wish[1].value && (wish[0].value - wish[1].value) % 2 == 0);
}
END_TEST

TCase *conditions_tests(void) {
  TCase *tests = tcase_create("conditions");
  tcase_add_test(tests, they_hold_where_arithmetic_says_so);
  tcase_add_test(tests, a_rest_has_the_sign_of_the_divisor);
  tcase_add_test(tests, mistakes_are_shown_where_they_are);
  tcase_add_test(tests, what_does_not_hold_is_refused_by_name);
  tcase_add_test(tests, sizes_near_the_wish_are_found);
  tcase_add_test(tests, likings_are_kept_where_they_can_be);
  tcase_add_test(tests, what_cannot_be_is_given_up_soon);
  tcase_add_test(tests, shapes_must_exist_too);
  return tests;
}
