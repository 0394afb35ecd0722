/*
 * tanh: y = tanh(x), element by element.
 *
 *     tanh: { x: a }        x of any shape
 */
#include "layers/elementwise.h"

static real formula(point p) {
  return real_tanh(p.x);
}

static real gradient(point p) {
  return p.dy * (1 - p.y) * (1 + p.y); // dy/dx = 1 - tanh(x)^2
}

static const gchk_tensor_spec tensors[] = ONE_INPUT("S...");

DECLARE_LAYER(tanh);
const gchk_layer LAYER(tanh) = {LAYER_HEAD(tanh, "tanh"), ELEMENTWISE(tensors)};
