/*
 * reshape: y = the elements of x, in their order, in another shape; flatten: every sample as a row.
 *
 *     reshape: { x: a, T: 6x10 }        x of any shape, y (T...), of as many elements
 *     flatten: { x: a }                 x (N, D...), y (N, D)
 */
#include <string.h>

#include "layers/lanes.h"
#include "layers/real.h"

enum { X, Y };

#if !GCHK_REAL_IS_FLOAT
static const gchk_lanes gchk_reshape_lanes = {.x = X, .y = Y, .is_copy = true};
#endif

static gchk_status forward(const gchk_call *call, gchk_error *error) {
  (void)error;
  memcpy(call->t[Y].value, call->t[X].value, call->t[X].count * sizeof(real));
  return GCHK_OK;
}

static gchk_status backward(const gchk_call *call, gchk_error *error) {
  (void)error;
  memcpy(call->t[X].grad, call->t[Y].grad, call->t[X].count * sizeof(real));
  return GCHK_OK;
}

static gchk_status update(const gchk_call *call, size_t tensor, size_t element, bool *done, gchk_error *error) {
  (void)tensor, (void)error;
  const real *x = call->t[X].value;
  real *y = call->t[Y].value;
  y[element] = x[element];
  *done = true;
  return GCHK_OK;
}

static const gchk_tensor_spec reshape_tensors[] = {
    [X] = TENSOR("x", GCHK_INPUT, "S..."),
    [Y] = GCHK_TENSOR("y", GCHK_OUTPUT, "T..."),
};
static const gchk_tensor_spec flatten_tensors[] = {
    [X] = TENSOR("x", GCHK_INPUT, "N D..."),
    [Y] = GCHK_TENSOR("y", GCHK_OUTPUT, "N D"),
};

DECLARE_LAYER(reshape);
const gchk_layer LAYER(reshape) = {
    LAYER_HEAD(reshape, "reshape"), GCHK_TENSORS(reshape_tensors),
    .sizes = "S=3x4x5 T=6x10",      .sizes_require = "S==T",
    .lanes = LANES(reshape),        .forward = forward,
    .backward = backward,           .update = update,
};

DECLARE_LAYER(flatten);
const gchk_layer LAYER(flatten) = {
    LAYER_HEAD(flatten, "flatten"), GCHK_TENSORS(flatten_tensors),
    .sizes = "N=3 D=5x7",           .forward = forward,
    .backward = backward,           .update = update,
    .lanes = LANES(reshape),
};
