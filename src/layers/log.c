/*
 * log: y = log(x), the natural logarithm, element by element.
 *
 *     log: { x: a }        x of any shape, positive
 *
 * At 0 it is -infinity, and so is what follows; below, NaN.
 */
#include "layers/elementwise.h"

static real formula(point p) {
  return real_log(p.x);
}

static real gradient(point p) {
  return p.dy / p.x; // dy/dx = 1/x
}

static const gchk_tensor_spec tensors[] = ONE_INPUT("S...", .fill = {.kind = GCHK_FILL_POSITIVE});

DECLARE_LAYER(log);
const gchk_layer LAYER(log) = {LAYER_HEAD(log, "log"), ELEMENTWISE(tensors)};
