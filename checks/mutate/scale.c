/* y[n,c] = w[c] x[n,c] + 2, with what tests of `gradcheck mutate` need: a header beside, a loop that can go on for ever. */
#include "scale_shape.h"

#include <string.h>

#include "gradcheck/plugin.h"

#ifndef SIZES
#define SIZES "N=3 C=4"
#endif

static gchk_status forward(const gchk_call *call, gchk_error *error) {
  (void)error;
  const double *x = call->t[X].value, *w = call->t[W].value;
  double *y = call->t[Y].value;
  for (size_t i = 0; i < call->t[X].count; i++)
    y[i] = w[column_of(i, call->t[W].count)] * x[i] + 2;
  return GCHK_OK;
}

static size_t next_backward(size_t i) {
  return i + 1;
}

static void scale_backward(double *dx, double *dw, const double *dy, const double *x, const double *w, size_t count,
                           size_t columns) {
  memset(dw, 0, columns * sizeof *dw);
  for (size_t i = 0; i < count; i = next_backward(i)) {
    dx[i] = dy[i] * w[i % columns];
    dw[i % columns] += dy[i] * x[i];
  }
}

static gchk_status call_backward(const gchk_call *call, gchk_error *error) {
  (void)error;
  scale_backward(call->t[X].grad, call->t[W].grad, call->t[Y].grad, call->t[X].value, call->t[W].value,
                 call->t[X].count, call->t[W].count);
  return GCHK_OK;
}

static const gchk_tensor_spec tensors[] = {
    [X] = GCHK_TENSOR("x", GCHK_INPUT, "N C", .grad = GCHK_GRAD_OVERWRITE),
    [W] = GCHK_TENSOR("w", GCHK_PARAMETER, "C", .grad = GCHK_GRAD_OVERWRITE),
    [Y] = GCHK_TENSOR("y", GCHK_OUTPUT, "N C"),
};
static const gchk_layer scale = {.name = "scale",
                                 .file = __FILE__,
                                 .line = __LINE__,
                                 .dtype = GCHK_F64,
                                 GCHK_TENSORS(tensors),
                                 .sizes = SIZES,
                                 .forward = forward,
                                 .backward = call_backward};
GCHK_PLUGIN(&scale)
