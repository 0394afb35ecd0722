/*
 * elu: y = x for x > 0, alpha (exp(x) - 1) elsewhere, element by element.
 *
 *     elu: { x: a, alpha: 0.5 }        x of any shape; alpha is 1 unless it is given
 *
 * Clevert, Unterthiner and Hochreiter, Fast and accurate deep network learning by exponential linear units (ICLR 2016).
 * At x = 0 the gradient is that of the left side, which for alpha = 1 is that of both (torch's elu has the same).
 */
#include "layers/elementwise.h"

enum { ALPHA };

static real formula(point p) {
  return p.x > 0 ? p.x : (real)p.option[ALPHA] * real_expm1(p.x);
}

static real gradient(point p) {
  // alpha exp(x), from x: y + alpha would cancel far left
  return p.x > 0 ? p.dy : p.dy * (real)p.option[ALPHA] * real_exp(p.x);
}

static const gchk_tensor_spec tensors[] = ONE_INPUT("S...", .keep_away = 0.05);

static const gchk_option_spec options[] = {
    [ALPHA] =
        {.name = "alpha", .initial = 1, .minimum = -10, .maximum = 10, .doc = "-alpha is the limit of y far left"},
};

DECLARE_LAYER(elu);
const gchk_layer LAYER(elu) = {LAYER_HEAD(elu, "elu"), ELEMENTWISE(tensors), GCHK_OPTION_TABLE(options)};
