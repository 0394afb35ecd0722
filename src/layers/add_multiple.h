/* Part of an image, times a number, added to part of another: the loop that convolutions spend their time in. */
#ifndef GCHK_LAYERS_ADD_MULTIPLE_H
#define GCHK_LAYERS_ADD_MULTIPLE_H

#include "layers/real.h"

/* Elements of an image: the first, and how far it is from one to the next below it, and beside it. */
typedef struct grid {
  size_t first, below, beside;
} grid;

/* to += from w, for rows of columns; the two do not overlap. */
void REAL(gchk_add_multiple)(real *to, grid t, const real *from, grid f, real w, size_t rows, size_t columns);

#endif
