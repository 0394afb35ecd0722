/* Copies of a source with changes, which compile elsewhere as the source does where it is. */
#ifndef GCHK_MUTATE_SOURCE_COPY_H
#define GCHK_MUTATE_SOURCE_COPY_H

#include "core/arena.h"
#include "gradcheck/mutate.h"

/* `length` bytes at `at` become `text`. */
typedef struct gchk_edit {
  size_t at, length;
  const char *text;
} gchk_edit;

typedef struct gchk_original {
  const char *path, *text;
  size_t length;
  const char *head; /* what a copy begins with: #line, so that lines and __FILE__ are the source's */
  gchk_edit *edits; /* quoted includes of files beside the source, by their whole paths */
  size_t edit_count;
} gchk_original;

/* All is of `arena`; `text` lives as long. GCHK_NO_MEMORY. */
gchk_status gchk_original_init(gchk_original *original, const char *path, const char *text, size_t length,
                               gchk_arena *arena, gchk_error *error) GCHK_MUST_USE;

/* Writes the copy with the changes, which are in their order, over `path`. GCHK_IO, GCHK_NO_MEMORY. */
gchk_status gchk_write_copy(const char *path, const gchk_original *original, const gchk_edit *changes, size_t count,
                            gchk_error *error) GCHK_MUST_USE;

#endif
