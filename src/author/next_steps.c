/* What to type next. */
#include "author/next_steps.h"

#include <string.h>

#include "report/quoted.h"

void gchk_put_name(gchk_text *text, const char *name) {
  gchk_text_visible(text, name, GCHK_MARKUP_PLAIN);
}

/* path/layer.c as path/layer<end>, quoted for a shell. */
static void put_object(gchk_text *text, const char *path, const char *end) {
  gchk_text object = {0};
  gchk_text_write(&object, path, (size_t)(strrchr(path, '.') - path));
  gchk_text_put(&object, end);
  if (!object.failed)
    gchk_put_quoted(text, object.data);
  text->failed = text->failed || object.failed;
  gchk_text_deinit(&object);
}

static void put_compiler(gchk_text *text, const char *path, const gchk_build *build, const char *flags,
                         const char *end) {
  gchk_text_put(text, build->is_cpp ? "  c++ -std=c++17" : "  cc");
  gchk_text_format(text, " $(gradcheck --cflags) %s%s-shared -fPIC -g -o ", build->flags != NULL ? build->flags : "",
                   flags);
  put_object(text, path, end);
  gchk_text_put(text, " ");
  gchk_put_quoted(text, path);
  gchk_text_format(text, "%s%s -lm\n", build->sources != NULL ? " " : "", build->sources != NULL ? build->sources : "");
}

void gchk_put_next_steps(gchk_text *text, const char *path, const gchk_build *build) {
  put_compiler(text, path, build, "", ".so");
  if (build->is_float)
    put_compiler(text, path, build, "-include gradcheck/as_double.h ", ".twin.so");
  gchk_text_put(text, "  gradcheck run ");
  put_object(text, path, ".so");
  gchk_text_put(text, "\n");
}
