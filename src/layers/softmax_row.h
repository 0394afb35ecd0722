/* A row of a softmax: exp of scores less the largest, so that nothing overflows; and its gradient. */
#ifndef GCHK_LAYERS_SOFTMAX_ROW_H
#define GCHK_LAYERS_SOFTMAX_ROW_H

#include "layers/real.h"

/* y[c] = exp(x[c] - m), for the largest score m = *largest; returns their sum. Elements are `stride` apart. */
static inline real exp_row(const real *x, real *y, size_t classes, size_t stride, real *largest) {
  real m = x[0], sum = 0;
  for (size_t c = 1; c < classes; c++)
    m = x[c * stride] > m ? x[c * stride] : m;
  for (size_t c = 0; c < classes; c++) {
    y[c * stride] = real_exp(x[c * stride] - m);
    sum += y[c * stride];
  }
  *largest = m;
  return sum;
}

/* dx[c] = scale y[c] (dy[c] - sum_k dy[k] y[k]); dx may be dy. */
static inline void softmax_gradient(const real *y, const real *dy, real *dx, size_t classes, size_t stride,
                                    real scale) {
  real sum = 0;
  for (size_t c = 0; c < classes * stride; c += stride)
    sum += dy[c] * y[c];
  for (size_t c = 0; c < classes * stride; c += stride)
    dx[c] = scale * y[c] * (dy[c] - sum);
}

#endif
