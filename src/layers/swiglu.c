/*
 * swiglu: out = x s(x) y with s(x) = 1/(1 + exp(-x)), element by element: x is the gate.
 *
 *     swiglu: { x: both }                  x (S..., D), out (S..., D/2): gate and value are the halves of x
 *     swiglu: { x: gate, y: value }        x (S...), y (T...), broadcast as in numpy (the second table)
 *
 *     dx = dout y s (1 + x (1 - s)),  dy = dout x s
 *
 * Shazeer, GLU variants improve transformer (2020); the products with weights before it are layers of their own.
 */
#include "layers/halves.h"
#include "layers/logistic.h"

static real formula(pair p) {
  return p.x * logistic(p.x) * p.y;
}

static real gradient_of_x(pair p) {
  const real s = logistic(p.x);
  return p.dout * p.y * s * (1 + p.x * (1 - s));
}

static real gradient_of_y(pair p) {
  return p.dout * p.x * logistic(p.x);
}

static const gchk_tensor_spec tensors[] = TWO_INPUTS(TENSOR("x", GCHK_INPUT, "S..."), TENSOR("y", GCHK_INPUT, "T..."));

DECLARE_LAYER(swiglu);
const gchk_layer LAYER(swiglu) = {LAYER_HEAD(swiglu, "swiglu"), HALVES};

DECLARE_LAYER(swiglu_pair);
const gchk_layer LAYER(swiglu_pair) = {LAYER_HEAD(swiglu_pair, "swiglu"), PAIRWISE(tensors)};
