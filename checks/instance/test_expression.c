/* Size expressions, against the compiler's own arithmetic. */
#include "instance/expression.h"

#include <stdint.h>
#include <string.h>

#include "instance_tests.h"

enum { H = 11, K = 3, P = 1, S = 2 };

static bool value_of(const void *context, const char *name, size_t *value) {
  (void)context;
  static const struct {
    const char *name;
    size_t value;
  } known[] = {{"H", H}, {"K", K}, {"P", P}, {"S", S}, {"huge", INT64_MAX}};
  for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
    if (strcmp(known[i].name, name) == 0) {
      *value = known[i].value;
      return true;
    }
  }
  return false;
}

static gchk_status evaluate(const char *text, size_t *value, gchk_error *error) {
  return gchk_expression_evaluate(text, strlen(text), value_of, NULL, value, error);
}

#define ROW(expression)                                                                                                \
  { #expression, expression }

START_TEST(it_is_the_arithmetic_of_the_language) {
  // No blanks: ROW makes the text of the tokens, and clang-format may not put any between them.
  // clang-format off
  static const struct { const char *text; size_t value; } rows[] = {
      ROW(7), ROW(H), ROW(H-K-P), ROW(H-(K-P)), ROW(P+S*K), ROW((P+S)*K), ROW(H*K/K), ROW(H-K+P), ROW(((H))),
      ROW(S*(H+P)/(K*S)), ROW(0*H), ROW(K-K)};
  // clang-format on
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    size_t value = SIZE_MAX;
    gchk_error error;
    ck_assert_msg(evaluate(rows[i].text, &value, &error) == GCHK_OK, "%s: %s", rows[i].text, error.message);
    ck_assert_msg(value == rows[i].value, "%s is %zu", rows[i].text, value);
  }
}
END_TEST

// A comment in C: it has no row above. A window of 3 over 11 with a padding of 1, by 2: it starts at 0, 2, .. 10.
START_TEST(two_strokes_round_down_and_one_divides) {
  size_t value;
  ck_assert_int_eq(evaluate("(H+2*P-K)//S+1", &value, NULL), GCHK_OK);
  ck_assert_uint_eq(value, 6);
  ck_assert_int_eq(evaluate("H//S", &value, NULL), GCHK_OK);
  ck_assert_uint_eq(value, 5);
  ck_assert_int_eq(evaluate("H/S", &value, NULL), GCHK_INVALID);
}
END_TEST

START_TEST(only_what_has_a_value_has_one) {
  static const char *const bad[] = {"",   "Q",      "K-H",    "H/(K-K)", "H//0", "H+",   "(H",
                                    "H)", "huge+1", "huge*2", "2H",      "H K",  "H--K", "99999999999999999999999"};
  size_t value;
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
    ck_assert_msg(evaluate(bad[i], &value, NULL) == GCHK_INVALID, "'%s' has a value", bad[i]);
  ck_assert_int_eq(evaluate("huge+0", &value, NULL), GCHK_OK);
  ck_assert_uint_eq(value, INT64_MAX);
}
END_TEST

START_TEST(no_more_is_read_than_the_length_says) {
  size_t value;
  ck_assert_int_eq(gchk_expression_evaluate("H*KQ", 3, value_of, NULL, &value, NULL), GCHK_OK);
  ck_assert_uint_eq(value, (size_t)H * K);
}
END_TEST

static void note_name(void *context, const char *name, bool is_list) {
  strcat(context, name);
  strcat(context, is_list ? "... " : " ");
}

START_TEST(names_are_found_in_order_without_their_values) {
  char names[64] = "";
  ck_assert_int_eq(gchk_expression_scan("(Q+2*P-Q)//S", 12, note_name, names, NULL), GCHK_OK);
  ck_assert_str_eq(names, "Q P Q S ");
  ck_assert_int_eq(gchk_expression_scan("Q+", 2, NULL, NULL, NULL), GCHK_INVALID);
}
END_TEST

START_TEST(a_name_is_a_word) {
  ck_assert(gchk_expression_is_name("a", 1) && gchk_expression_is_name("_b2", 3) && gchk_expression_is_name("a+", 1));
  ck_assert(!gchk_expression_is_name("", 0) && !gchk_expression_is_name("2a", 2) && !gchk_expression_is_name("a+", 2));
}
END_TEST

TCase *expression_tests(void) {
  TCase *tests = tcase_create("expression");
  tcase_add_test(tests, it_is_the_arithmetic_of_the_language);
  tcase_add_test(tests, two_strokes_round_down_and_one_divides);
  tcase_add_test(tests, only_what_has_a_value_has_one);
  tcase_add_test(tests, no_more_is_read_than_the_length_says);
  tcase_add_test(tests, names_are_found_in_order_without_their_values);
  tcase_add_test(tests, a_name_is_a_word);
  return tests;
}
