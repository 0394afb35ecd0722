/*
 * softmax: y[s,c] = exp(x[s,c])/sum_k exp(x[s,k]), along the last axis.
 *
 *     softmax: { x: scores }        x (S..., C), y the same
 *
 *     dx[c] = y[c] (dy[c] - sum_k dy[k] y[k]),        from dy[k]/dx[c] = y[k] ((k == c) - y[c])
 */
#include "layers/softmax_row.h"

enum { X, Y };

static void forward_row(const gchk_call *call, size_t row, size_t classes) {
  real *y = (real *)call->t[Y].value + row * classes, largest;
  const real sum = exp_row((const real *)call->t[X].value + row * classes, y, classes, &largest);
  for (size_t c = 0; c < classes; c++)
    y[c] /= sum;
}

static gchk_status forward(const gchk_call *call, gchk_error *error) {
  (void)error;
  const size_t classes = gchk_size(call, "C");
  for (size_t row = 0; row < call->t[X].count / classes; row++)
    forward_row(call, row, classes);
  return GCHK_OK;
}

static gchk_status backward(const gchk_call *call, gchk_error *error) {
  (void)error;
  const size_t classes = gchk_size(call, "C");
  const real *y = call->t[Y].value, *dy = call->t[Y].grad;
  real *dx = call->t[X].grad;
  for (size_t at = 0; at < call->t[X].count; at += classes) {
    real sum = 0;
    for (size_t k = at; k < at + classes; k++)
      sum += dy[k] * y[k];
    for (size_t c = at; c < at + classes; c++)
      dx[c] = y[c] * (dy[c] - sum);
  }
  return GCHK_OK;
}

static gchk_status update(const gchk_call *call, size_t tensor, size_t element, bool *done, gchk_error *error) {
  (void)tensor, (void)error;
  const size_t classes = gchk_size(call, "C");
  forward_row(call, element / classes, classes);
  *done = true;
  return GCHK_OK;
}

static const gchk_tensor_spec tensors[] = {
    [X] = TENSOR("x", GCHK_INPUT, "S... C"),
    [Y] = GCHK_TENSOR("y", GCHK_OUTPUT, "S... C"),
};

DECLARE_LAYER(softmax);
const gchk_layer LAYER(softmax) = {
    LAYER_HEAD(softmax, "softmax"), GCHK_TENSORS(tensors), .sizes = "S=3 C=5", .forward = forward,
    .backward = backward,           .update = update,
};
