/* The real constants that code near a place reads: what it compares with, where its compiler does not tell. */
#ifndef GCHK_REACH_CODE_CONSTANTS_H
#define GCHK_REACH_CODE_CONSTANTS_H

#include "reach/reach.h"
#include "reach/steer_values.h"

/* Adds those in the code before each of the places, which are of code that is loaded. */
void gchk_constants_of_code(gchk_constants *constants, const gchk_open_place *places, size_t count);

#endif
