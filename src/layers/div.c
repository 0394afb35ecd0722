/*
 * div: out = x/y, element by element.
 *
 *     div: { x: a, y: b }        x (S...), y (T...), broadcast as in numpy
 *
 * y is nowhere 0. Shapes: pairwise.h
 */
#include "layers/pairwise.h"

static real formula(pair p) {
  return p.x / p.y;
}

static real gradient_of_x(pair p) {
  return p.dout / p.y; // d(x/y)/dx = 1/y
}

static real gradient_of_y(pair p) {
  return -p.dout * p.out / p.y; // d(x/y)/dy = -x/y^2 = -out/y
}

static const gchk_tensor_spec tensors[] =
    TWO_INPUTS(TENSOR("x", GCHK_INPUT, "S..."), TENSOR("y", GCHK_INPUT, "T...", .keep_away = 0.25));

DECLARE_LAYER(div);
const gchk_layer LAYER(div) = {LAYER_HEAD(div, "div"), PAIRWISE(tensors)};
