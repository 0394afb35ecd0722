/* to += from w. Side by side, elements are added by vectors. */
#include "layers/add_multiple.h"

#include "core/clones.h"

GCHK_CLONES void REAL(gchk_add_multiple)(real *restrict to, grid t, const real *restrict from, grid f, real w,
                                         size_t rows, size_t columns) {
  to += t.first;
  from += f.first;
  for (size_t i = 0; i < rows; i++, to += t.below, from += f.below)
    if (t.beside == 1 && f.beside == 1)
      for (size_t j = 0; j < columns; j++)
        to[j] += from[j] * w;
    else
      for (size_t j = 0; j < columns; j++)
        to[j * t.beside] += from[j * f.beside] * w;
}
