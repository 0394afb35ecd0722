/*
 * glu: out = x s(y) with s(y) = 1/(1 + exp(-y)), element by element: y is the gate.
 *
 *     glu: { x: both }                  x (S..., D), out (S..., D/2): torch's glu, value and gate are halves of x
 *     glu: { x: value, y: gate }        x (S...), y (T...), broadcast as in numpy (the second table)
 *
 *     dx = dout s,  dy = dout x s (1 - s)
 *
 * Dauphin et al., Language modeling with gated convolutional
 * networks (ICML 2017).
 */
#include "layers/halves.h"
#include "layers/logistic.h"

static real formula(pair p) {
  return p.x * logistic(p.y);
}

static real gradient_of_x(pair p) {
  return p.dout * logistic(p.y);
}

static real gradient_of_y(pair p) {
  const real s = logistic(p.y);
  return p.dout * p.x * s * (1 - s);
}

static const gchk_tensor_spec tensors[] = TWO_INPUTS(TENSOR("x", GCHK_INPUT, "S..."), TENSOR("y", GCHK_INPUT, "T..."));

DECLARE_LAYER(glu);
const gchk_layer LAYER(glu) = {LAYER_HEAD(glu, "glu"), HALVES};

DECLARE_LAYER(glu_pair);
const gchk_layer LAYER(glu_pair) = {LAYER_HEAD(glu_pair, "glu"), PAIRWISE(tensors)};
