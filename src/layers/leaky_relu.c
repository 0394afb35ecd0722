/*
 * leaky_relu: y = x for x > 0, slope x elsewhere, element by element.
 *
 *     leaky_relu: { x: a, slope: 0.2 }        x of any shape; the slope is 0.01 unless it is given
 *
 * Maas, Hannun and Ng, Rectifier nonlinearities improve neural network acoustic models (ICML 2013). At x = 0 the
 * gradient is that of the left side, one of the subgradients (torch's leaky_relu has the same).
 */
#include "layers/elementwise.h"

enum { SLOPE };

static real formula(point p) {
  return p.x > 0 ? p.x : (real)p.option[SLOPE] * p.x;
}

static real gradient(point p) {
  return p.x > 0 ? p.dy : (real)p.option[SLOPE] * p.dy;
}

static const gchk_tensor_spec tensors[] = ONE_INPUT("S...", .keep_away = 0.05);

static const gchk_option_spec options[] = {
    [SLOPE] = {.name = "slope", .initial = 0.01, .minimum = -10, .maximum = 10, .doc = "dy/dx for x <= 0"},
};

DECLARE_LAYER(leaky_relu);
const gchk_layer LAYER(leaky_relu) = {LAYER_HEAD(leaky_relu, "leaky_relu"), ELEMENTWISE(tensors),
                                      GCHK_OPTION_TABLE(options)};
