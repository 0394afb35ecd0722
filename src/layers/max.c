/*
 * max: out = the larger of x and y, element by element.
 *
 *     max: { x: a, y: b }        x (S...), y (T...), broadcast as in numpy
 *
 * Where x = y the whole gradient goes to x, which is one of the subgradients. Shapes: pairwise.h
 */
#include "layers/pairwise.h"

static real formula(pair p) {
  return p.x >= p.y ? p.x : p.y;
}

static real gradient_of_x(pair p) {
  return p.x >= p.y ? p.dout : 0; // to the one that won
}

static real gradient_of_y(pair p) {
  return p.x >= p.y ? 0 : p.dout;
}

/* |x| >= 1 and |y| <= 0.5: either wins about half of the time, and never by less than 0.5. */
static const gchk_tensor_spec tensors[] =
    TWO_INPUTS(TENSOR("x", GCHK_INPUT, "S...", .fill = {.kind = GCHK_FILL_UNIFORM, .a = -2, .b = 2}, .keep_away = 1),
               TENSOR("y", GCHK_INPUT, "T...", .fill = {.kind = GCHK_FILL_UNIFORM, .a = -0.5, .b = 0.5}));

DECLARE_LAYER(max);
const gchk_layer LAYER(max) = {LAYER_HEAD(max, "max"), PAIRWISE(tensors)};
