/*
 * A compiler looks for "kernels.h" first beside the file that includes it. The copy is elsewhere, so that what is
 * beside the source is included by its whole path, which asks nothing of the command that compiles.
 */
#define _XOPEN_SOURCE 700 // realpath
#include "mutate/source_copy.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "author/new_file.h"
#include "core/memory.h"
#include "core/text.h"
#include "core/write_all.h"

static const char *skip_blanks(const char *at) {
  return at + strspn(at, " \t");
}

/* The name in `#include "name"`, where the line at `at` is that; its length, or 0. */
static size_t included_name(const char *at, const char **name) {
  at = skip_blanks(at);
  if (*at != '#')
    return 0;
  at = skip_blanks(at + 1);
  if (strncmp(at, "include", strlen("include")) != 0)
    return 0;
  at = skip_blanks(at + strlen("include"));
  *name = at + 1;
  const size_t length = *at == '"' ? strcspn(*name, "\"\n") : 0;
  return length > 0 && (*name)[length] == '"' && **name != '/' ? length : 0;
}

/* The folder of the source, whole; NULL when it cannot be told. */
static char *folder_of(const char *path) {
  const size_t length = (size_t)(gchk_base_name(path) - path);
  char *folder = length == 0 ? NULL : strndup(path, length);
  char *whole = realpath(folder == NULL ? "." : folder, NULL);
  free(folder);
  return whole;
}

static bool add_edit(gchk_original *o, const char *name, size_t length, const char *folder, gchk_arena *arena) {
  const char *whole = gchk_arena_printf(arena, "%s/%.*s", folder, (int)length, name);
  if (whole == NULL)
    return false;
  if (access(whole, R_OK) != 0)
    return true;
  gchk_edit *grown = gchk_arena_append(arena, o->edits, o->edit_count, sizeof *grown);
  if (grown == NULL)
    return false;
  o->edits = grown;
  o->edits[o->edit_count++] = (gchk_edit){(size_t)(name - o->text), length, whole};
  return true;
}

static bool find_includes(gchk_original *o, gchk_arena *arena) {
  char *folder = folder_of(o->path);
  bool is_fine = folder != NULL;
  for (const char *line = o->text; is_fine && line != NULL;) {
    const char *name, *end = strchr(line, '\n');
    const size_t length = included_name(line, &name);
    is_fine = length == 0 || add_edit(o, name, length, folder, arena);
    line = end == NULL ? NULL : end + 1;
  }
  free(folder);
  return is_fine;
}

gchk_status gchk_original_init(gchk_original *original, const char *path, const char *text, size_t length,
                               gchk_arena *arena, gchk_error *error) {
  *original = (gchk_original){.path = path, .text = text, .length = length};
  gchk_text head = {0};
  gchk_text_put(&head, "#line 1 \"");
  for (const char *c = path; *c != '\0'; c++) {
    gchk_text_put(&head, *c == '"' || *c == '\\' ? "\\" : "");
    gchk_text_write(&head, c, 1);
  }
  gchk_text_put(&head, "\"\n");
  original->head = head.failed ? NULL : gchk_arena_strdup(arena, head.data);
  gchk_text_deinit(&head);
  return original->head != NULL && find_includes(original, arena) ? GCHK_OK : gchk_fail_memory(error, path);
}

static void put_until(gchk_text *out, const gchk_original *o, size_t *done, size_t until) {
  gchk_text_write(out, o->text + *done, until - *done);
  *done = until;
}

static void put_edit(gchk_text *out, const gchk_original *o, size_t *done, const gchk_edit *edit) {
  put_until(out, o, done, edit->at);
  gchk_text_put(out, edit->text);
  *done += edit->length;
}

static void put_copy(gchk_text *out, const gchk_original *o, const gchk_edit *changes, size_t count) {
  size_t done = 0, include = 0;
  gchk_text_put(out, o->head);
  for (size_t i = 0; i < count; i++) {
    while (include < o->edit_count && o->edits[include].at < changes[i].at)
      put_edit(out, o, &done, &o->edits[include++]);
    put_edit(out, o, &done, &changes[i]);
  }
  while (include < o->edit_count)
    put_edit(out, o, &done, &o->edits[include++]);
  put_until(out, o, &done, o->length);
}

static gchk_status write_text(const char *path, const gchk_text *text, gchk_error *error) {
  const int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  const bool is_written = fd >= 0 && gchk_write_all(fd, text->data, text->length);
  const int why = errno;
  if (fd >= 0 && close(fd) == 0 && is_written)
    return GCHK_OK;
  return gchk_fail(error, GCHK_IO, "%s: cannot be written: %s", path, strerror(why));
}

gchk_status gchk_write_copy(const char *path, const gchk_original *original, const gchk_edit *changes, size_t count,
                            gchk_error *error) {
  gchk_text text = {0};
  put_copy(&text, original, changes, count);
  const gchk_status status = text.failed ? gchk_fail_memory(error, path) : write_text(path, &text, error);
  gchk_text_deinit(&text);
  return status;
}
