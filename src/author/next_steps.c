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

/* cc -O1: an inline function of C99 is in no object that does not use it inlined. */
static void put_compiler(gchk_text *text, const gchk_build *build, const char *flags) {
  gchk_text_put(text, build->is_cpp ? "c++ -std=c++17" : "cc");
  gchk_text_format(text, " $(gradcheck --cflags) %s%s-O1 -shared -fPIC ", build->flags != NULL ? build->flags : "",
                   flags);
}

static void put_build(gchk_text *text, const char *path, const gchk_build *build, const char *flags, const char *end) {
  gchk_text_put(text, "  ");
  put_compiler(text, build, flags);
  gchk_text_put(text, "-g -o ");
  put_object(text, path, end);
  gchk_text_put(text, " ");
  gchk_put_quoted(text, path);
  gchk_text_format(text, "%s%s -lm\n", build->sources != NULL ? " " : "", build->sources != NULL ? build->sources : "");
}

/* The source that is mutated is the one that the plug-in includes, or is linked with, or the plug-in itself. */
static void put_mutate(gchk_text *text, const char *path, const gchk_build *build) {
  gchk_text_put(text, "  gradcheck mutate ");
  if (build->included == NULL && build->sources != NULL)
    gchk_text_put(text, build->sources);
  else
    gchk_put_quoted(text, build->included != NULL ? build->included : path);
  if (build->is_float) {
    gchk_text_put(text, " --twin ");
    put_object(text, path, ".twin.so");
  }
  if (build->included != NULL || build->sources != NULL) {
    gchk_text_put(text, " -- ");
    put_compiler(text, build, build->included != NULL ? "'-DGCHK_SOURCE=\"{source}\"' " : "");
    gchk_text_put(text, "-o {output} ");
    gchk_put_quoted(text, path);
    gchk_text_format(text, "%s -lm", build->included != NULL ? "" : " {source}");
  }
  gchk_text_put(text, "\n");
}

void gchk_put_next_steps(gchk_text *text, const char *path, const gchk_build *build) {
  put_build(text, path, build, "", ".so");
  if (build->is_float)
    put_build(text, path, build, "-include gradcheck/as_double.h ", ".twin.so");
  gchk_text_put(text, "  gradcheck run ");
  put_object(text, path, ".so");
  gchk_text_put(text, "\n");
  put_mutate(text, path, build);
}
