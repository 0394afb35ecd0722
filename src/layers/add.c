/*
 * add: out = x + y, element by element.
 *
 *     add: { x: a, y: b }        x (S...), y (T...), broadcast as in numpy
 *
 * Shapes: pairwise.h
 */
#include "layers/pairwise.h"

static real formula(pair p) {
  return p.x + p.y;
}

static real gradient_of_x(pair p) {
  return p.dout; // d(x + y)/dx = 1
}

static real gradient_of_y(pair p) {
  return p.dout;
}

static const gchk_tensor_spec tensors[] = TWO_INPUTS(TENSOR("x", GCHK_INPUT, "S..."), TENSOR("y", GCHK_INPUT, "T..."));

DECLARE_LAYER(add);
const gchk_layer LAYER(add) = {LAYER_HEAD(add, "add"), PAIRWISE(tensors)};
