/*
 * selu: y = scale x for x > 0, scale alpha (exp(x) - 1) elsewhere, element by element.
 *
 *     selu: { x: a }        x of any shape
 *
 * The two constants make mean 0 and variance 1 a fixed point of layers of normal weights: Klambauer, Unterthiner, Mayr
 * and Hochreiter, Self-normalizing neural networks (NeurIPS 2017), appendix A1.4, where they have these digits. At
 * x = 0 the gradient is that of the left side (torch's selu has the same).
 */
#include "layers/elementwise.h"

static const real alpha = (real)1.6732632423543772848170429916717;
static const real scale = (real)1.0507009873554804934193349852946;

static real formula(point p) {
  return p.x > 0 ? scale * p.x : scale * alpha * real_expm1(p.x);
}

static real gradient(point p) {
  return p.x > 0 ? p.dy * scale : p.dy * scale * alpha * real_exp(p.x);
}

static const gchk_tensor_spec tensors[] = ONE_INPUT("S...", .keep_away = 0.05);

DECLARE_LAYER(selu);
const gchk_layer LAYER(selu) = {LAYER_HEAD(selu, "selu"), ELEMENTWISE(tensors)};
