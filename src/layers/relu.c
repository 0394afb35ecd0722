/*
 * relu: y = max(x, 0), element by element.
 *
 *     relu: { x: a }        x of any shape
 *
 * At x = 0 the gradient is 0, one of the subgradients. NaN stays NaN.
 */
#include "layers/elementwise.h"

static real formula(point p) {
  return p.x <= 0 ? 0 : p.x;
}

static real gradient(point p) {
  return p.x <= 0 ? 0 : p.dy; // dy/dx is 1 right of 0, and 0 left of it
}

static const gchk_tensor_spec tensors[] = ONE_INPUT("S...", .keep_away = 0.05);

DECLARE_LAYER(relu);
const gchk_layer LAYER(relu) = {LAYER_HEAD(relu, "relu"), ELEMENTWISE(tensors)};
