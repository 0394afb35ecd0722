#include "render.h"

char *render(const gchk_result *result, gchk_format format, const gchk_report_options *options) {
  char *text = NULL;
  size_t length = 0;
  gchk_error error = {0};
  FILE *out = open_memstream(&text, &length);
  ck_assert_ptr_nonnull(out);
  ck_assert_msg(gchk_report_write(result, format, options, out, &error) == GCHK_OK, "%s", error.message);
  ck_assert_int_eq(fclose(out), 0);
  ck_assert_uint_eq(strlen(text), length);
  return text;
}

const char *last_line(const char *text) {
  const char *end = text + strlen(text) - 1, *at = end;
  ck_assert_int_eq(*end, '\n');
  while (at > text && at[-1] != '\n')
    at--;
  return at;
}
