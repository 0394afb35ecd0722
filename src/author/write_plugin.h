/* A plug-in of guessed layers, as code, and what is said of it. */
#ifndef GCHK_AUTHOR_WRITE_PLUGIN_H
#define GCHK_AUTHOR_WRITE_PLUGIN_H

#include "author/guess.h"
#include "core/text.h"

/*
 * Tables and callbacks of one layer. *todo_count counts the places that are marked TODO. A sentence on it, of what was
 * guessed, goes to `said`.
 */
void gchk_put_guess(gchk_text *text, gchk_text *said, const gchk_guess *guess, size_t *todo_count);

#endif
