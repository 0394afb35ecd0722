/*
 * reciprocal: y = 1/x, element by element; the node "/" of the source documents.
 *
 *     reciprocal: { x: a }        x of any shape, nowhere 0
 */
#include "layers/elementwise.h"

static real formula(point p) {
  return 1 / p.x;
}

static real gradient(point p) {
  return -p.dy * p.y * p.y; // dy/dx = -1/x^2 = -y^2
}

static const gchk_tensor_spec tensors[] = ONE_INPUT("S...", .keep_away = 0.25);

DECLARE_LAYER(reciprocal);
const gchk_layer LAYER(reciprocal) = {LAYER_HEAD(reciprocal, "reciprocal"), ELEMENTWISE(tensors)};
