/* The logistic function, in which gates are computed. */
#ifndef GCHK_LAYERS_LOGISTIC_H
#define GCHK_LAYERS_LOGISTIC_H

#include "layers/real.h"

static inline real logistic(real x) {
  return 1 / (1 + real_exp(-x));
}

#endif
