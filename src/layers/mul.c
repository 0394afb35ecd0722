/*
 * mul: out = x y, element by element.
 *
 *     mul: { x: a, y: b }        x (S...), y (T...), broadcast as in numpy
 *
 * Shapes: pairwise.h
 */
#include "layers/pairwise.h"

static real formula(pair p) {
  return p.x * p.y;
}

static real gradient_of_x(pair p) {
  return p.dout * p.y; // d(x y)/dx = y
}

static real gradient_of_y(pair p) {
  return p.dout * p.x;
}

static const gchk_tensor_spec tensors[] = TWO_INPUTS(TENSOR("x", GCHK_INPUT, "S..."), TENSOR("y", GCHK_INPUT, "T..."));

DECLARE_LAYER(mul);
const gchk_layer LAYER(mul) = {LAYER_HEAD(mul, "mul"), PAIRWISE(tensors)};
