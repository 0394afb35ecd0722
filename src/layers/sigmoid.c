/*
 * sigmoid: y = 1/(1 + exp(-x)), element by element.
 *
 *     sigmoid: { x: a }        x of any shape
 *
 * The gradient is computed from the output, y (1 - y): where y has rounded to 1 (x above 37 in double, 17 in float) it
 * is 0, though the true one is exp(-x).
 */
#include "layers/elementwise.h"
#include "layers/lanes_rows.h"
#include "layers/logistic.h"

static real formula(point p) {
  return logistic(p.x);
}

static real gradient(point p) {
  return p.dy * p.y * (1 - p.y); // exp(-x)/(1 + exp(-x))^2 = y (1 - y)
}

#if !GCHK_REAL_IS_FLOAT
static void lane_forward(const gchk_call *call, const gchk_lane_block *block, const double *x, double *y) {
  gchk_lanes_logistic(call->t[X].count / gchk_lane_rows(&call->t[X]) * block->width, x, y);
}

static const gchk_lanes gchk_sigmoid_lanes = {.x = X, .y = Y, .forward = lane_forward};
#endif

static const gchk_tensor_spec tensors[] = ONE_INPUT("S...");

DECLARE_LAYER(sigmoid);
const gchk_layer LAYER(sigmoid) = {LAYER_HEAD(sigmoid, "sigmoid"), ELEMENTWISE(tensors), .lanes = LANES(sigmoid)};
