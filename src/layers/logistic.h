/* The logistic function 1/(1 + exp(-x)). exp is only ever called with what is not positive, so nothing overflows. */
#ifndef GCHK_LAYERS_LOGISTIC_H
#define GCHK_LAYERS_LOGISTIC_H

#include "layers/real.h"

static inline real logistic(real x) {
  const real e = real_exp(x < 0 ? x : -x);
  return (x < 0 ? e : 1) / (1 + e); // exp(x)/(1 + exp(x)) left of 0
}

#endif
