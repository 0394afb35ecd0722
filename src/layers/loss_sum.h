/* A loss is the mean of its terms; with the option `sum`, their sum. */
#ifndef GCHK_LAYERS_LOSS_SUM_H
#define GCHK_LAYERS_LOSS_SUM_H

#include "layers/real.h"

/* The row of the option in a layer's table, which is the layer's last. */
#define SUM_OPTION                                                                                                     \
  { .name = "sum", .minimum = 0, .maximum = 1, .doc = "1: the sum of all terms; 0: their mean" }

/* What a sum of terms is divided by: their number `n`, or 1. */
static inline real divisor_of(const gchk_call *call, size_t n) {
  return call->option[call->layer->option_count - 1] != 0 ? 1 : (real)n;
}

#endif
