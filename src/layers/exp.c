/*
 * exp: y = exp(x), element by element.
 *
 *     exp: { x: a }        x of any shape
 */
#include "layers/elementwise.h"

static real formula(point p) {
  return real_exp(p.x);
}

static real gradient(point p) {
  return p.dy * p.y; // dy/dx = exp(x) = y
}

static const gchk_tensor_spec tensors[] = ONE_INPUT("S...");

DECLARE_LAYER(exp);
const gchk_layer LAYER(exp) = {LAYER_HEAD(exp, "exp"), ELEMENTWISE(tensors)};
