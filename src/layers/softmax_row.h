/* exp of a row of scores, as every softmax begins: the largest score is taken off, so that nothing overflows. */
#ifndef GCHK_LAYERS_SOFTMAX_ROW_H
#define GCHK_LAYERS_SOFTMAX_ROW_H

#include "layers/real.h"

/* y[c] = exp(x[c] - m), for the largest score m = *largest; returns their sum. */
static inline real exp_row(const real *x, real *y, size_t classes, real *largest) {
  real m = x[0], sum = 0;
  for (size_t c = 1; c < classes; c++)
    m = x[c] > m ? x[c] : m;
  for (size_t c = 0; c < classes; c++) {
    y[c] = real_exp(x[c] - m);
    sum += y[c];
  }
  *largest = m;
  return sum;
}

#endif
