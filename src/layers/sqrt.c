/*
 * sqrt: y = sqrt(x), element by element.
 *
 *     sqrt: { x: a }        x of any shape, positive
 *
 * At 0 the derivative is infinite, and so is what backward writes; below 0 it is NaN.
 */
#include "layers/elementwise.h"

static real formula(point p) {
  return real_sqrt(p.x);
}

static real gradient(point p) {
  return p.dy / (2 * p.y); // dy/dx = 1/(2 sqrt(x))
}

static const gchk_tensor_spec tensors[] = ONE_INPUT("S...", .fill = {.kind = GCHK_FILL_POSITIVE});

DECLARE_LAYER(sqrt);
const gchk_layer LAYER(sqrt) = {LAYER_HEAD(sqrt, "sqrt"), ELEMENTWISE(tensors)};
