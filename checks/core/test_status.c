/* Errors: a status and a message. */
#include <string.h>

#include "core_tests.h"
#include "gradcheck/status.h"

START_TEST(errors_carry_status_and_message) {
  gchk_error error;
  ck_assert_int_eq(gchk_fail(&error, GCHK_INVALID, "%s is %d", "n", 3), GCHK_INVALID);
  ck_assert_str_eq(error.message, "n is 3");
  ck_assert_int_eq(gchk_fail_within(&error, "line %d", 7), GCHK_INVALID);
  ck_assert_str_eq(error.message, "line 7: n is 3");
  ck_assert_int_eq(gchk_fail(NULL, GCHK_IO, "nobody reads this"), GCHK_IO);
}
END_TEST

START_TEST(a_long_message_is_cut_not_overrun) {
  gchk_error error;
  char text[4 * GCHK_MESSAGE_SIZE];
  memset(text, 'x', sizeof text - 1);
  text[sizeof text - 1] = '\0';
  (void)gchk_fail(&error, GCHK_INVALID, "%s", text);
  ck_assert_uint_eq(strlen(error.message), GCHK_MESSAGE_SIZE - 1);
  (void)gchk_fail_within(&error, "%s", text);
  ck_assert_uint_eq(strlen(error.message), GCHK_MESSAGE_SIZE - 1);
}
END_TEST

TCase *status_tests(void) {
  TCase *tests = tcase_create("status");
  tcase_add_test(tests, errors_carry_status_and_message);
  tcase_add_test(tests, a_long_message_is_cut_not_overrun);
  return tests;
}
