/* Files that are whole or not there: a temporary name beside the file, fsync, rename. */
#ifndef GCHK_REPORT_SAVE_H
#define GCHK_REPORT_SAVE_H

#include <stdio.h>

#include "core/text.h"

/*
 * Writes `length` bytes to the file `path`; "-" is standard output. What is there and is no regular file (a pipe, a
 * device) is written directly; a symbolic link keeps pointing where it does. GCHK_IO with the reason, and then no new
 * file is left.
 */
gchk_status gchk_save_bytes(const char *path, const char *data, size_t length, gchk_error *error) GCHK_MUST_USE;

/* To an open stream, flushed. `name` is for the message. */
gchk_status gchk_write_bytes(FILE *out, const char *name, const char *data, size_t length,
                             gchk_error *error) GCHK_MUST_USE;

/* The same for a text, which they deinit whatever happens. GCHK_NO_MEMORY where it failed while it was written. */
gchk_status gchk_save_text(const char *path, gchk_text *text, gchk_error *error) GCHK_MUST_USE;
gchk_status gchk_write_text(FILE *out, const char *name, gchk_text *text, gchk_error *error) GCHK_MUST_USE;

#endif
