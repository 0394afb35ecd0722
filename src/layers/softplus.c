/*
 * softplus: y = log(1 + exp(beta x))/beta, element by element.
 *
 *     softplus: { x: a, beta: 2 }        x of any shape; beta is 1 unless it is given
 *
 *     dy/dx = 1/(1 + exp(-beta x))
 *
 * Computed as max(x, 0) + log(1 + exp(-|beta x|))/beta, which does not overflow. There is no threshold above which it
 * would be x itself, as torch has it at beta x = 20.
 */
#include "layers/elementwise.h"

enum { BETA };

static real formula(point p) {
  const real beta = (real)p.option[BETA];
  return (p.x > 0 ? p.x : 0) + real_log1p(real_exp(-real_abs(beta * p.x))) / beta;
}

static real gradient(point p) {
  return p.dy / (1 + real_exp(-(real)p.option[BETA] * p.x));
}

static const gchk_tensor_spec tensors[] = ONE_INPUT("S...");

static const gchk_option_spec options[] = {
    [BETA] = {.name = "beta", .initial = 1, .minimum = 1e-3, .maximum = 1e3, .doc = "how sharply it bends at 0"},
};

DECLARE_LAYER(softplus);
const gchk_layer LAYER(softplus) = {LAYER_HEAD(softplus, "softplus"), ELEMENTWISE(tensors), GCHK_OPTION_TABLE(options)};
