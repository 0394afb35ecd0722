/* Shapes of guessed tensors, from their names and the sizes that the functions take. */
#ifndef GCHK_AUTHOR_GUESS_SHAPES_H
#define GCHK_AUTHOR_GUESS_SHAPES_H

#include "author/guess.h"

enum { GCHK_SHAPE_TEXT = 512 };

/*
 * Fills in shapes, what indices are below, and values of sizes; adds sizes that shapes need and no function takes.
 * Where no rule fits, the shape is that of another tensor and `todo` lists the choices. GCHK_NO_MEMORY.
 */
gchk_status gchk_guess_shapes(gchk_guess *guess, gchk_arena *arena, gchk_error *error) GCHK_MUST_USE;

#endif
