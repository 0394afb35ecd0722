/*
 * gelu: y = x Phi(x), Phi the standard normal distribution function, element by element.
 *
 *     gelu: { x: a }        x of any shape
 *
 *     Phi(x)  = (1 + erf(x/sqrt(2)))/2        and    dy/dx = Phi(x) + x phi(x)
 *     phi(x)  = exp(-x^2/2)/sqrt(2 pi)
 *
 * Hendrycks and Gimpel, Gaussian error linear units (2016). What the paper and many programs compute in its place is
 * another function, by up to 5e-4: the layer gelu_tanh.
 */
#include "layers/elementwise.h"

static const real root_of_half = (real)0.70710678118654752440; // 1/sqrt(2)
static const real density_at_0 = (real)0.39894228040143267794; // 1/sqrt(2 pi)

// by erfc: 1 + erf(x/sqrt(2)) would cancel far left
static real normal_distribution(real x) {
  return real_erfc(-x * root_of_half) / 2;
}

static real formula(point p) {
  return p.x * normal_distribution(p.x);
}

static real gradient(point p) {
  return p.dy * (normal_distribution(p.x) + p.x * density_at_0 * real_exp(-p.x * p.x / 2));
}

static const gchk_tensor_spec tensors[] = ONE_INPUT("S...");

DECLARE_LAYER(gelu);
const gchk_layer LAYER(gelu) = {LAYER_HEAD(gelu, "gelu"), ELEMENTWISE(tensors)};
