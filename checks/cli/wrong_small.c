/*
 * y = x^2 / 2, whose backward is wrong where x has fewer than 100 elements: the shapes of the layer's own fail, and of
 * those that gradcheck chooses the larger ones do not.
 */
#include <gradcheck/plugin.h>

enum { X, Y };

static gchk_status forward(const gchk_call *call, gchk_error *error) {
  const double *x = call->t[X].value;
  double *y = call->t[Y].value;
  (void)error;
  for (size_t i = 0; i < call->t[X].count; i++)
    y[i] = x[i] * x[i] / 2;
  return GCHK_OK;
}

static gchk_status backward(const gchk_call *call, gchk_error *error) {
  const double *x = call->t[X].value, *dy = call->t[Y].grad;
  double *dx = call->t[X].grad;
  const size_t count = call->t[X].count;
  (void)error;
  for (size_t i = 0; i < count; i++)
    dx[i] = count < WRONG_BELOW ? -dy[i] * x[i] : dy[i] * x[i];
  return GCHK_OK;
}

static const gchk_tensor_spec tensors[] = {
    GCHK_TENSOR("x", GCHK_INPUT, "N C"),
    GCHK_TENSOR("y", GCHK_OUTPUT, "N C"),
};

static const gchk_layer square = {
    .name = "square", GCHK_HERE, .dtype = GCHK_F64, GCHK_TENSORS(tensors), .forward = forward, .backward = backward};

GCHK_PLUGIN(&square)
