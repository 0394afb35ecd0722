/*
 * div: out = x/y, element by element.
 *
 *     div: { x: a, y: b }        x, y and out have one shape, of any rank
 *
 * y is nowhere 0. There is no broadcasting.
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
    TWO_INPUTS(TENSOR("x", GCHK_INPUT, "S..."), TENSOR("y", GCHK_INPUT, "S...", .keep_away = 0.25));

DECLARE_LAYER(div);
const gchk_layer LAYER(div) = {LAYER_HEAD(div, "div"), PAIRWISE(tensors)};
