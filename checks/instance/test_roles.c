/* Who writes a tensor's value: whoever fills it, or forward, and never both; and what is moved of what is filled. */
#include "instance/roles.h"

#include "instance_tests.h"

START_TEST(a_role_is_given_or_made) {
  static const struct {
    gchk_role role;
    bool is_given, is_made, is_moved;
  } rows[] = {{GCHK_ROLE_UNSET, false, false, false}, {GCHK_INPUT, true, false, true},
              {GCHK_PARAMETER, true, false, true},    {GCHK_OUTPUT, false, true, false},
              {GCHK_CACHE, false, true, false},       {GCHK_SCRATCH, false, true, false},
              {GCHK_INDEX, true, false, false},       {GCHK_CONSTANT, true, false, false}};
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    ck_assert_msg(gchk_role_is_given(rows[i].role) == rows[i].is_given, "%s", gchk_role_name(rows[i].role));
    ck_assert_msg(gchk_role_is_made(rows[i].role) == rows[i].is_made, "%s", gchk_role_name(rows[i].role));
    ck_assert_msg(gchk_role_is_moved(rows[i].role) == rows[i].is_moved, "%s", gchk_role_name(rows[i].role));
  }
}
END_TEST

TCase *roles_tests(void) {
  TCase *tests = tcase_create("roles");
  tcase_add_test(tests, a_role_is_given_or_made);
  return tests;
}
