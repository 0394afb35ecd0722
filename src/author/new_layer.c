/* `gradcheck new FILE`: the template under the name of the file, and what to do with it. */
#include <string.h>

#include "author/new_file.h"
#include "author/next_steps.h"
#include "author/templates.h"
#include "core/memory.h"
#include "gradcheck/author.h"

static const char *const cpp_ends[] = {".cpp", ".cc", ".cxx"};

static bool is_cpp(const char *path) {
  for (size_t i = 0; i < sizeof cpp_ends / sizeof cpp_ends[0]; i++)
    if (gchk_path_ends_with(path, cpp_ends[i]))
      return true;
  return false;
}

static void put_template(gchk_text *text, const char *path) {
  for (const char *const *part = gchk_plugin_template(is_cpp(path)); *part != NULL; part++)
    for (const char *at = *part; *at != '\0';) {
      const size_t plain = strcspn(at, "@");
      gchk_text_write(text, at, plain);
      at += plain;
      if (*at != '@')
        continue;
      gchk_put_path_as_name(text, path);
      at++;
    }
}

gchk_status gchk_author_new(const char *path, char **next, gchk_error *error) {
  *next = NULL;
  if (!is_cpp(path) && !gchk_path_ends_with(path, ".c"))
    return gchk_fail(error, GCHK_INVALID, "%s: a new layer is a file of C (layer.c) or of C++17 (layer.cpp)", path);
  gchk_text text = {0}, said = {0};
  put_template(&text, path);
  GCHK_TRY(gchk_create_file(path, &text, error));
  gchk_put_name(&said, path);
  gchk_text_put(&said, ": a layer that compiles, runs and passes as it stands. Put your functions in place of its two, "
                       "correct\nits table and its callbacks; all else that a table can say is in its comments.\n\n");
  gchk_put_next_steps(&said, path, &(gchk_build){.is_cpp = is_cpp(path), .is_float = false});
  *next = gchk_text_take(&said);
  return *next != NULL ? GCHK_OK : gchk_fail_memory(error, path);
}
