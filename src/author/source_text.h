/* A file of C as a text. */
#ifndef GCHK_AUTHOR_SOURCE_TEXT_H
#define GCHK_AUTHOR_SOURCE_TEXT_H

#include <stddef.h>

#include "core/arena.h"
#include "gradcheck/status.h"

/*
 * The bytes of the file with a 0 behind them, of `arena`. GCHK_INVALID: no file, or one of more than
 * GCHK_LARGEST_C_FILE bytes. GCHK_IO, GCHK_NO_MEMORY.
 */
gchk_status gchk_source_text_read(const char **text, size_t *length, const char *path, gchk_arena *arena,
                                  gchk_error *error) GCHK_MUST_USE;

#endif
