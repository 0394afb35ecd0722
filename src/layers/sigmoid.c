/*
 * sigmoid: y = 1/(1 + exp(-x)), element by element.
 *
 *     sigmoid: { x: a }        x of any shape
 *
 * The gradient is computed from the output, y (1 - y): where y has rounded to 1 (x above 37 in double, 17 in float) it
 * is 0, though the true one is exp(-x).
 */
#include "layers/elementwise.h"
#include "layers/logistic.h"

static real formula(point p) {
  return logistic(p.x);
}

static real gradient(point p) {
  return p.dy * p.y * (1 - p.y); // exp(-x)/(1 + exp(-x))^2 = y (1 - y)
}

static const gchk_tensor_spec tensors[] = ONE_INPUT("S...");

DECLARE_LAYER(sigmoid);
const gchk_layer LAYER(sigmoid) = {LAYER_HEAD(sigmoid, "sigmoid"), ELEMENTWISE(tensors)};
