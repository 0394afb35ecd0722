/*
 * mish: y = x tanh(softplus(x)) with softplus(x) = log(1 + exp(x)), element by element.
 *
 *     mish: { x: a }        x of any shape
 *
 *     dy/dx = t + x (1 - t^2) s,        t = tanh(softplus(x)),  s = d softplus/dx = 1/(1 + exp(-x))
 *
 * Misra, Mish: a self regularized non-monotonic activation function (BMVC 2020).
 */
#include "layers/elementwise.h"

// tanh(log(1 + e)) = ((1 + e)^2 - 1)/((1 + e)^2 + 1) = e (e + 2)/(e (e + 2) + 2); of 1/e right of 0, which is finite
static real tanh_of_softplus(real x) {
  const real e = real_exp(-real_abs(x));
  return x > 0 ? (1 + 2 * e) / (1 + 2 * e + 2 * e * e) : e * (e + 2) / (e * (e + 2) + 2);
}

static real formula(point p) {
  return p.x * tanh_of_softplus(p.x);
}

static real gradient(point p) {
  const real t = tanh_of_softplus(p.x), s = 1 / (1 + real_exp(-p.x));
  return p.dy * (t + p.x * (1 - t * t) * s);
}

static const gchk_tensor_spec tensors[] = ONE_INPUT("S...");

DECLARE_LAYER(mish);
const gchk_layer LAYER(mish) = {LAYER_HEAD(mish, "mish"), ELEMENTWISE(tensors)};
