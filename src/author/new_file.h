/* Files that are written once: never over one that is there. And what names are made of their paths. */
#ifndef GCHK_AUTHOR_NEW_FILE_H
#define GCHK_AUTHOR_NEW_FILE_H

#include <stdbool.h>

#include "core/text.h"

/* The last part of a path. */
const char *gchk_base_name(const char *path);

/* Does the path end so, with something before it? */
bool gchk_path_ends_with(const char *path, const char *end);

/* The path's last part without its ending, as a name of C: letters, digits and "_", not a digit first. */
void gchk_put_path_as_name(gchk_text *text, const char *path);

/*
 * Writes the text into a new file, and deinits it whatever happens. GCHK_INVALID where one of that name is there,
 * GCHK_IO with the reason, and then no new file is left; GCHK_NO_MEMORY.
 */
gchk_status gchk_create_file(const char *path, gchk_text *text, gchk_error *error) GCHK_MUST_USE;

#endif
