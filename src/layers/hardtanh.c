/*
 * hardtanh: y = x between min and max, min left of it, max right of it, element by element.
 *
 *     hardtanh: { x: a, min: -2, max: 2 }        x of any shape; min is -1 and max is 1 unless they are given
 *
 * At x = min and at x = max the gradient is 0, as torch's hardtanh has it; clamp, which computes the same, has 1 there.
 * Both are subgradients.
 */
#include "layers/elementwise.h"

enum { MIN, MAX };

static real formula(point p) {
  const real low = (real)p.option[MIN], high = (real)p.option[MAX];
  return p.x < low ? low : p.x > high ? high : p.x;
}

static real gradient(point p) {
  return p.x > (real)p.option[MIN] && p.x < (real)p.option[MAX] ? p.dy : 0;
}

static const gchk_tensor_spec tensors[] = ONE_INPUT("S...", .fill = {.kind = GCHK_FILL_UNIFORM, .a = -2, .b = 2});

static const gchk_option_spec options[] = {
    [MIN] = {.name = "min", .initial = -1, .minimum = -1e30, .maximum = 1e30, .doc = "the smallest y"},
    [MAX] = {.name = "max", .initial = 1, .minimum = -1e30, .maximum = 1e30, .doc = "the largest y; not below min"},
};

DECLARE_LAYER(hardtanh);
const gchk_layer LAYER(hardtanh) = {LAYER_HEAD(hardtanh, "hardtanh"), ELEMENTWISE(tensors), GCHK_OPTION_TABLE(options)};
