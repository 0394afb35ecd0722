/*
 * sub: out = x - y, element by element.
 *
 *     sub: { x: a, y: b }        x (S...), y (T...), broadcast as in numpy
 *
 * Shapes: pairwise.h
 */
#include "layers/pairwise.h"

static real formula(pair p) {
  return p.x - p.y;
}

static real gradient_of_x(pair p) {
  return p.dout;
}

static real gradient_of_y(pair p) {
  return -p.dout; // d(x - y)/dy = -1
}

static const gchk_tensor_spec tensors[] = TWO_INPUTS(TENSOR("x", GCHK_INPUT, "S..."), TENSOR("y", GCHK_INPUT, "T..."));

DECLARE_LAYER(sub);
const gchk_layer LAYER(sub) = {LAYER_HEAD(sub, "sub"), PAIRWISE(tensors)};
