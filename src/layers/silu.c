/*
 * silu (swish): y = x s(x) with s(x) = 1/(1 + exp(-x)), element by element.
 *
 *     silu: { x: a }        x of any shape
 *
 *     dy/dx = s + x s (1 - s)
 *
 * Elfwing, Uchibe and Doya, Sigmoid-weighted linear units (Neural Networks 107, 2018).
 */
#include "layers/elementwise.h"
#include "layers/logistic.h"

static real formula(point p) {
  return p.x * logistic(p.x);
}

static real gradient(point p) {
  const real s = logistic(p.x);
  return p.dy * s * (1 + p.x * (1 - s));
}

static const gchk_tensor_spec tensors[] = ONE_INPUT("S...");

DECLARE_LAYER(silu);
const gchk_layer LAYER(silu) = {LAYER_HEAD(silu, "silu"), ELEMENTWISE(tensors)};
