/* A plug-in with three layers: one f32, one f64, and one with the name of a built-in one that computes another thing. */
#include "gradcheck/plugin.h"

enum { X, Y };

static gchk_status triple_forward(const gchk_call *call, gchk_error *error) {
  const float *x = call->t[X].value;
  float *y = call->t[Y].value;
  (void)error;
  for (size_t i = 0; i < call->t[X].count; i++)
    y[i] = 3 * x[i];
  return GCHK_OK;
}

static gchk_status triple_backward(const gchk_call *call, gchk_error *error) {
  const float *dy = call->t[Y].grad;
  float *dx = call->t[X].grad;
  (void)error;
  for (size_t i = 0; i < call->t[X].count; i++)
    dx[i] = 3 * dy[i];
  return GCHK_OK;
}

static gchk_status double_forward(const gchk_call *call, gchk_error *error) {
  const double *x = call->t[X].value;
  double *y = call->t[Y].value;
  (void)error;
  for (size_t i = 0; i < call->t[X].count; i++)
    y[i] = 2 * x[i];
  return GCHK_OK;
}

static gchk_status double_backward(const gchk_call *call, gchk_error *error) {
  const double *dy = call->t[Y].grad;
  double *dx = call->t[X].grad;
  (void)error;
  for (size_t i = 0; i < call->t[X].count; i++)
    dx[i] = 2 * dy[i];
  return GCHK_OK;
}

static const gchk_tensor_spec tensors[] = {
    [X] = GCHK_TENSOR("x", GCHK_INPUT, "B T"),
    [Y] = GCHK_TENSOR("y", GCHK_OUTPUT, "B T"),
};
static const gchk_layer triple = {
    .name = "triple",
    GCHK_HERE,
    .dtype = GCHK_F32,
    GCHK_TENSORS(tensors),
    .forward = triple_forward,
    .backward = triple_backward,
};
static const gchk_layer twofold = {
    .name = "twofold",
    GCHK_HERE,
    .dtype = GCHK_F64,
    GCHK_TENSORS(tensors),
    .forward = double_forward,
    .backward = double_backward,
};

static const gchk_layer own_tanh = {
    .name = "tanh",
    GCHK_HERE,
    .dtype = GCHK_F64,
    GCHK_TENSORS(tensors),
    .forward = double_forward,
    .backward = double_backward,
};

GCHK_PLUGIN(&triple, &twofold, &own_tanh)
