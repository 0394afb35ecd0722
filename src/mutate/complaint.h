/* What a command that has failed says of it, in a line. */
#ifndef GCHK_MUTATE_COMPLAINT_H
#define GCHK_MUTATE_COMPLAINT_H

#include <stddef.h>

/*
 * Of what it printed into the file at `path`: of gradcheck the first mistake, with the line below that names it; else
 * the first line that says "error:", or "error", or the first of all. "" where it printed nothing.
 */
void gchk_read_complaint(const char *path, char *line, size_t size);

#endif
