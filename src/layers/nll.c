/*
 * nll: the negative log-likelihood of classes, the mean of -x[n, t[n]] over the samples that count.
 *
 *     nll: { x: log_probability, t: labels, ignore: -1 }
 *
 *     x (N, C)      logarithms of probabilities
 *     t (N)         class labels, integers below C, or `ignore` (-100 unless it is given): samples that do not count
 *     loss          a scalar; not a number where no sample counts, as torch's nll_loss has it
 *
 *     dx[n,c] = -dloss/V where c = t[n], 0 elsewhere; V is the number of samples that count, or 1 where
 *                  the option `sum` is
 */
#include <string.h>

#include "layers/class_targets.h"
#include "layers/loss_sum.h"

enum { X, T, LOSS };
enum { IGNORE };

static size_t count_valid(const int32_t *label, size_t rows, int32_t ignored) {
  size_t count = 0;
  for (size_t n = 0; n < rows; n++)
    count += label[n] != ignored;
  return count;
}

static gchk_status forward(const gchk_call *call, gchk_error *error) {
  const size_t rows = call->t[X].shape.dim[0], classes = call->t[X].shape.dim[1];
  const int32_t *label = call->t[T].value, ignored = (int32_t)call->option[IGNORE];
  const real *x = call->t[X].value;
  real *loss = call->t[LOSS].value, sum = 0;
  GCHK_TRY(check_labels(&call->t[T], classes, &ignored, error));
  for (size_t n = 0; n < rows; n++)
    if (label[n] != ignored)
      sum -= x[n * classes + (size_t)label[n]];
  loss[0] = sum / divisor_of(call, count_valid(label, rows, ignored));
  return GCHK_OK;
}

static gchk_status backward(const gchk_call *call, gchk_error *error) {
  (void)error;
  const size_t rows = call->t[X].shape.dim[0], classes = call->t[X].shape.dim[1];
  const int32_t *label = call->t[T].value, ignored = (int32_t)call->option[IGNORE];
  const real *dloss = call->t[LOSS].grad, scale = dloss[0] / divisor_of(call, count_valid(label, rows, ignored));
  real *dx = call->t[X].grad;
  memset(dx, 0, call->t[X].count * sizeof(real));
  for (size_t n = 0; n < rows; n++)
    if (label[n] != ignored)
      dx[n * classes + (size_t)label[n]] = -scale;
  return GCHK_OK;
}

static const gchk_tensor_spec tensors[] = {
    [X] = TENSOR("x", GCHK_INPUT, "N C"),
    [T] = LABEL_ROW(.ignored = "ignore"),
    [LOSS] = GCHK_TENSOR("loss", GCHK_OUTPUT, ""),
};

static const gchk_option_spec options[] = {[IGNORE] = IGNORE_OPTION, SUM_OPTION};

DECLARE_LAYER(nll);
const gchk_layer LAYER(nll) = {
    LAYER_HEAD(nll, "nll"), GCHK_TENSORS(tensors), GCHK_OPTION_TABLE(options),
    .sizes = "N=5 C=4",     .forward = forward,    .backward = backward,
};
