/*
 * square: y = x^2, element by element; the node "**2" of the source documents.
 *
 *     square: { x: a }        x of any shape
 */
#include "layers/elementwise.h"

static real formula(point p) {
  return p.x * p.x;
}

static real gradient(point p) {
  return p.dy * 2 * p.x; // dy/dx = 2x
}

static const gchk_tensor_spec tensors[] = ONE_INPUT("S...");

DECLARE_LAYER(square);
const gchk_layer LAYER(square) = {LAYER_HEAD(square, "square"), ELEMENTWISE(tensors)};
