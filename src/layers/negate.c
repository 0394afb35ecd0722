/*
 * negate: y = -x, element by element; the node "x (-1)" of the source documents.
 *
 *     negate: { x: a }        x of any shape
 */
#include "layers/elementwise.h"

static real formula(point p) {
  return -p.x;
}

static real gradient(point p) {
  return -p.dy;
}

static const gchk_tensor_spec tensors[] = ONE_INPUT("S...");

DECLARE_LAYER(negate);
const gchk_layer LAYER(negate) = {LAYER_HEAD(negate, "negate"), ELEMENTWISE(tensors)};
