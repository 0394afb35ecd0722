/* to += from w. Elements that lie side by side are added by vectors. */
#include "layers/add_multiples.h"

#include "core/clones.h"

GCHK_CLONES static void REAL(add_multiples)(real *restrict to, grid t, const real *restrict from, grid f, multiples w,
                                            extent e) {
  for (size_t c = 0; c < e.channels; c++) {
    real *a = to + t.first + c * t.apart;
    const real *b = from + f.first + c * f.apart, factor = w.at[c * w.apart];
    for (size_t i = 0; i < e.rows; i++, a += t.below, b += f.below)
      if (t.beside == 1 && f.beside == 1)
        for (size_t j = 0; j < e.columns; j++)
          a[j] += b[j] * factor;
      else
        for (size_t j = 0; j < e.columns; j++)
          a[j * t.beside] += b[j * f.beside] * factor;
  }
}

/* By a name of its own: not all compilers give other files that of a function for several instruction sets. */
void REAL(gchk_add_multiples)(real *to, grid t, const real *from, grid f, multiples w, extent e) {
  REAL(add_multiples)(to, t, from, f, w, e);
}
