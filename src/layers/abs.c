/*
 * abs: y = |x|, element by element.
 *
 *     abs: { x: a }        x of any shape
 *
 * At x = 0 the gradient is 0, one of the subgradients (torch.abs has the same).
 */
#include "layers/elementwise.h"

static real formula(point p) {
  return real_abs(p.x);
}

static real gradient(point p) {
  return p.x > 0 ? p.dy : p.x < 0 ? -p.dy : 0; // the sign of x
}

static const gchk_tensor_spec tensors[] = ONE_INPUT("S...", .keep_away = 0.05);

DECLARE_LAYER(abs);
const gchk_layer LAYER(abs) = {LAYER_HEAD(abs, "abs"), ELEMENTWISE(tensors)};
