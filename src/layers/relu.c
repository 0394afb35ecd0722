/*
 * relu: y = max(x, 0), element by element; and relu_in_place, which works in the upstream gradient.
 *
 *     relu:          { x: a }        x of any shape
 *     relu_in_place: { x: a }
 *
 * At x = 0 the gradient is 0, one of the subgradients. NaN stays NaN.
 *
 * relu_in_place is backward as the source documents write it, dout[x <= 0] = 0 and dx = dout: who else reads the
 * upstream gradient afterwards finds zeros in it, which its table declares.
 */
#include "layers/elementwise.h"
#include "layers/lanes.h"

static real formula(point p) {
  return p.x <= 0 ? 0 : p.x;
}

static real gradient(point p) {
  return p.x <= 0 ? 0 : p.dy; // dy/dx is 1 right of 0, and 0 left of it
}

#if !GCHK_REAL_IS_FLOAT
static double flat_within(double x) {
  return x < 0 ? -x : 0;
}

static const gchk_lanes gchk_relu_lanes = {.x = X, .y = Y, .flat_within = flat_within};
#endif

static const gchk_tensor_spec tensors[] = ONE_INPUT("S...", .keep_away = 0.05);

DECLARE_LAYER(relu);
const gchk_layer LAYER(relu) = {LAYER_HEAD(relu, "relu"), ELEMENTWISE(tensors), .lanes = LANES(relu)};

static gchk_status backward_in_place(const gchk_call *call, gchk_error *error) {
  const real *x = call->t[X].value;
  real *dy = call->t[Y].grad;
  for (size_t i = 0; i < call->t[X].count; i++)
    dy[i] = gradient((point){.x = x[i], .dy = dy[i]}); // dout[x <= 0] = 0
  return backward(call, error);                        // which 0 stays 0 under: dx = dout
}

static const gchk_tensor_spec in_place_tensors[] = {
    [X] = TENSOR("x", GCHK_INPUT, "S...", .keep_away = 0.05),
    [Y] = GCHK_TENSOR("y", GCHK_OUTPUT, "S...", .upstream_clobbered = true),
};

DECLARE_LAYER(relu_in_place);
const gchk_layer LAYER(relu_in_place) = {
    LAYER_HEAD(relu_in_place, "relu_in_place"),
    GCHK_TENSORS(in_place_tensors),
    .sizes = "S=3x5x7",
    .rowwise = "S",
    .forward = forward,
    .backward = backward_in_place,
    .update = update,
    .lanes = LANES(relu),
};
