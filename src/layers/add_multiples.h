/* Parts of images, each times a number, added to parts of others: the loop that convolutions spend their time in. */
#ifndef GCHK_LAYERS_ADD_MULTIPLES_H
#define GCHK_LAYERS_ADD_MULTIPLES_H

#include "layers/real.h"

/* Elements of images: the first, and how far it is to the next channel's, to the next below it, and beside it. */
typedef struct grid {
  size_t first, apart, below, beside;
} grid;

/* How many elements of it. */
typedef struct extent {
  size_t channels, rows, columns;
} extent;

/* A number for each channel, so far apart. */
typedef struct multiples {
  const real *at;
  size_t apart;
} multiples;

/* to += from w; the two do not overlap. */
#if GCHK_REAL_IS_FLOAT
void gchk_add_multiples_f32(real *to, grid t, const real *from, grid f, multiples w, extent e);
#else
void gchk_add_multiples_f64(real *to, grid t, const real *from, grid f, multiples w, extent e);
#endif

#endif
