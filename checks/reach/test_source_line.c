/* Lines of source, with the heads that they stand under. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/arena.h"
#include "reach/source_line.h"
#include "reach_tests.h"

static const char text[] = "if (a >= 3) {\n"
                           "\tf(a);\n"
                           "} else\n"
                           "  g(a);  \n"
                           "#ifdef A)\n"
                           "  h(a);\n";

START_TEST(a_line_behind_its_head) {
  static const char *const expected[] = {
      "", "if (a >= 3) {", "if (a >= 3) { f(a);", "} else", "} else g(a);", "#ifdef A)", "h(a);", ""};
  char path[] = "/tmp/gradcheck-line-XXXXXX";
  gchk_arena *arena = gchk_arena_new();
  const int fd = mkstemp(path);
  ck_assert_int_ge(fd, 0);
  FILE *out = fdopen(fd, "w");
  ck_assert_ptr_nonnull(out);
  ck_assert_uint_eq(fwrite(text, 1, sizeof text - 1, out), sizeof text - 1);
  ck_assert_int_eq(fclose(out), 0);
  for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++)
    ck_assert_str_eq(gchk_source_line(arena, path, (int)i), expected[i]);
  ck_assert_int_eq(remove(path), 0);
  ck_assert_str_eq(gchk_source_line(arena, path, 1), "");
  gchk_arena_free(arena);
}
END_TEST

TCase *source_line_tests(void) {
  TCase *tests = tcase_create("source line");
  tcase_add_test(tests, a_line_behind_its_head);
  return tests;
}
