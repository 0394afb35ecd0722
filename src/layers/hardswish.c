/*
 * hardswish: y = x min(max(x + 3, 0), 6)/6, element by element.
 *
 *     hardswish: { x: a }        x of any shape
 *
 *     dy/dx = 0 left of -3, x/3 + 1/2 between, 1 right of 3
 *
 * Howard et al., Searching for MobileNetV3 (ICCV 2019), section 5.2. At -3 and 3 the gradient is that of the middle,
 * one of the subgradients (torch's hardswish has the same).
 */
#include "layers/elementwise.h"

static real formula(point p) {
  return p.x < -3 ? 0 : p.x > 3 ? p.x : p.x * (p.x + 3) / 6;
}

static real gradient(point p) {
  return p.x < -3 ? 0 : p.x > 3 ? p.dy : p.dy * (2 * p.x + 3) / 6; // d(x^2 + 3x)/6 = (2x + 3)/6
}

static const gchk_tensor_spec tensors[] = ONE_INPUT("S...", .fill = {.kind = GCHK_FILL_UNIFORM, .a = -5, .b = 5});

DECLARE_LAYER(hardswish);
const gchk_layer LAYER(hardswish) = {LAYER_HEAD(hardswish, "hardswish"), ELEMENTWISE(tensors)};
