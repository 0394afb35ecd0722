/*
 * A plug-in with a layer that is called like a built-in one, and whose backward lets everything through; with
 * -DWRONG_BELOW=N, of less than N elements alone.
 */
#include <gradcheck/plugin.h>

#ifndef WRONG_BELOW
#define WRONG_BELOW SIZE_MAX
#endif

enum { X, Y };

static gchk_status forward(const gchk_call *call, gchk_error *error) {
  const double *x = call->t[X].value;
  double *y = call->t[Y].value;
  (void)error;
  for (size_t i = 0; i < call->t[X].count; i++)
    y[i] = x[i] > 0 ? x[i] : 0;
  return GCHK_OK;
}

static gchk_status backward(const gchk_call *call, gchk_error *error) {
  const double *x = call->t[X].value, *dy = call->t[Y].grad;
  double *dx = call->t[X].grad;
  const size_t count = call->t[X].count;
  (void)error;
  for (size_t i = 0; i < count; i++)
    dx[i] = count < WRONG_BELOW || x[i] > 0 ? dy[i] : 0;
  return GCHK_OK;
}

static const gchk_tensor_spec tensors[] = {
    GCHK_TENSOR("x", GCHK_INPUT, "S..."),
    GCHK_TENSOR("y", GCHK_OUTPUT, "S..."),
};

static const gchk_layer relu = {
    .name = "relu", GCHK_HERE, .dtype = GCHK_F64, GCHK_TENSORS(tensors), .forward = forward, .backward = backward};

GCHK_PLUGIN(&relu)
