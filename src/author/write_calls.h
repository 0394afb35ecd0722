/* The calls of a guessed layer's functions, as code. */
#ifndef GCHK_AUTHOR_WRITE_CALLS_H
#define GCHK_AUTHOR_WRITE_CALLS_H

#include "author/guess.h"
#include "core/text.h"

/* GCHK_CALLBACK(check_NAME_forward, ...) and the same of backward. *todo_count counts what is marked. */
void gchk_put_callbacks(gchk_text *text, const gchk_guess *guess, size_t *todo_count);

/* For a struct of the user's: its create callback, and the table that binds its pointers. */
void gchk_put_struct(gchk_text *text, const gchk_guess *guess, size_t *todo_count);

#endif
