/*
 * power: y = x^p, element by element.
 *
 *     power: { x: a, exponent: 3 }        the exponent p is 2 unless it is given; x of any shape
 *
 * x may be negative where p is an integer, and 0 where p >= 1 or p = 0. At 0 with 0 < p < 1 the derivative is infinite,
 * and so is what backward writes; a negative x with another p gives NaN.
 */
#include "layers/elementwise.h"

enum { EXPONENT };

static real formula(point p) {
  return real_pow(p.x, (real)p.option[EXPONENT]);
}

static real gradient(point p) {
  const real exponent = (real)p.option[EXPONENT];
  // dx = dy p x^(p-1); for p = 0 the product would be 0 times infinity at x = 0, though y is constant
  return exponent == 0 ? 0 : p.dy * exponent * real_pow(p.x, exponent - 1);
}

/* Positive by default, where every exponent has a derivative. */
static const gchk_tensor_spec tensors[] = ONE_INPUT("S...", .fill = {.kind = GCHK_FILL_POSITIVE});

static const gchk_option_spec options[] = {
    [EXPONENT] = {.name = "exponent", .initial = 2, .minimum = -1000, .maximum = 1000, .doc = "p of x^p"},
};

DECLARE_LAYER(power);
const gchk_layer LAYER(power) = {LAYER_HEAD(power, "power"), ELEMENTWISE(tensors), GCHK_OPTION_TABLE(options)};
