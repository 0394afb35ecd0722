/*
 * sigmoid: y = 1/(1 + exp(-x)), element by element.
 *
 *     sigmoid: { x: a }        x of any shape
 *
 * exp is only ever called with an argument that is not positive, so nothing overflows. The gradient is computed from
 * the output, y (1 - y): where y has rounded to 1 (x above 37 in double, 17 in float) it is 0, though the true one is
 * exp(-x).
 */
#include "layers/elementwise.h"

static real formula(point p) {
  const real e = real_exp(p.x < 0 ? p.x : -p.x);
  return (p.x < 0 ? e : 1) / (1 + e); // 1/(1 + exp(-x)) = exp(x)/(1 + exp(x))
}

static real gradient(point p) {
  return p.dy * p.y * (1 - p.y); // exp(-x)/(1 + exp(-x))^2 = y (1 - y)
}

static const gchk_tensor_spec tensors[] = ONE_INPUT("S...");

DECLARE_LAYER(sigmoid);
const gchk_layer LAYER(sigmoid) = {LAYER_HEAD(sigmoid, "sigmoid"), ELEMENTWISE(tensors)};
