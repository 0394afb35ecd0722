/*
 * softmax_cross_entropy: cross-entropy of scores, with label smoothing and labels that do not count.
 *
 *     softmax_cross_entropy: { x: scores, t: labels, ignore: -1, smoothing: 0.1 }
 *
 *     x (N, C)      scores
 *     t (N, C)      targets: one-hot, or any rows of weights
 *     t (N)         or class labels, integers below C, or `ignore` (the second table): samples that do not count
 *     loss          a scalar; not a number where no sample counts, as torch's cross_entropy has it
 *
 *     q[n,c] = (1 - smoothing) t[n,c] + smoothing/C,  y = softmax(x)
 *     loss   = -1/V sum_n sum_c q[n,c] log(y[n,c]),        V: the samples that count;
 *                                                          1 with the option `sum`
 *     dx     = dloss/V (y sum_k q[k] - q),                 the sum is 1 where that of t is
 *
 * Szegedy et al., Rethinking the Inception architecture (CVPR 2016), section 7, has the smoothing. Without it and
 * without samples to leave out this is softmax_with_loss of the source documents.
 */
#include "core/vector_exp.h"
#include "layers/class_targets.h"
#include "layers/lanes_rows.h"
#include "layers/lanes_softmax.h"
#include "layers/loss_sum.h"
#include "layers/softmax_row.h"

enum { X, T, LOSS, Y };
enum { SMOOTHING, IGNORE };

static bool counts(const gchk_call *call, size_t n) {
  const int32_t *label = call->t[T].value;
  return call->t[T].dtype != GCHK_I32 || label[n] != (int32_t)call->option[IGNORE];
}

static size_t count_valid(const gchk_call *call) {
  size_t count = 0;
  for (size_t n = 0; n < call->t[X].shape.dim[0]; n++)
    count += counts(call, n);
  return count;
}

static real smoothed_target(const gchk_call *call, size_t n, size_t c) {
  const real smoothing = (real)call->option[SMOOTHING];
  return (1 - smoothing) * target(&call->t[T], n, c) + smoothing / (real)call->t[X].shape.dim[1];
}

/* Row n of y, and its part of the loss. */
static real forward_row(const gchk_call *call, size_t n) {
  const size_t classes = call->t[X].shape.dim[1];
  const real *x = (const real *)call->t[X].value + n * classes;
  real *y = (real *)call->t[Y].value + n * classes, largest, loss = 0;
  const real sum = exp_row(x, y, classes, 1, &largest);
  for (size_t c = 0; c < classes; c++) {
    y[c] /= sum;
    loss -= smoothed_target(call, n, c) * (x[c] - largest - real_log(sum));
  }
  return loss;
}

static gchk_status forward(const gchk_call *call, gchk_error *error) {
  const size_t rows = call->t[X].shape.dim[0], classes = call->t[X].shape.dim[1];
  const int32_t ignored = (int32_t)call->option[IGNORE];
  real *loss = call->t[LOSS].value, sum = 0;
  GCHK_TRY(check_labels(&call->t[T], classes, &ignored, error));
  for (size_t n = 0; n < rows; n++) {
    const real part = forward_row(call, n);
    sum += counts(call, n) ? part : 0;
  }
  loss[0] = sum / divisor_of(call, count_valid(call));
  return GCHK_OK;
}

static gchk_status backward(const gchk_call *call, gchk_error *error) {
  (void)error;
  const size_t rows = call->t[X].shape.dim[0], classes = call->t[X].shape.dim[1];
  const real *y = call->t[Y].value, *dloss = call->t[LOSS].grad, scale = dloss[0] / divisor_of(call, count_valid(call));
  real *dx = call->t[X].grad;
  for (size_t n = 0; n < rows; n++) {
    real sum = 0;
    for (size_t c = 0; c < classes; c++)
      sum += smoothed_target(call, n, c);
    for (size_t c = 0; c < classes; c++) {
      const real d = y[n * classes + c] * sum - smoothed_target(call, n, c);
      dx[n * classes + c] = counts(call, n) ? scale * d : 0;
    }
  }
  return GCHK_OK;
}

#if !GCHK_REAL_IS_FLOAT
/* As in forward_row, from x - m. */
static void lane_losses(const gchk_call *call, const gchk_lane_block *block, double *x, double *work, double *loss) {
  const size_t classes = call->t[X].shape.dim[1], width = block->width;
  double *sum = work + classes * width;
  gchk_lanes_exp(width, classes, x, work, sum);
  gchk_log_array(sum, sum, width);
  for (size_t k = 0; k < width; k++)
    loss[k] = 0;
  for (const gchk_lane_run *run = block->runs; run < block->runs + block->run_count; run++)
    for (size_t c = 0; c < classes && counts(call, run->row); c++)
      gchk_lanes_subtract(run->count, loss + run->start, smoothed_target(call, run->row, c), x + c * width + run->start,
                          sum + run->start);
}

static void base_rows(const gchk_call *call, const double *x, double *base) {
  gchk_lanes_softmax_base(call->t[X].shape.dim[0], call->t[X].shape.dim[1], x, base);
}

/* The same of rows that differ from the base. */
static void lane_losses_by(const gchk_call *call, const gchk_lane_block *block, const gchk_lane_changes *changes,
                           const double *base, double *x, double *work, double *loss) {
  const size_t classes = call->t[X].shape.dim[1], width = block->width;
  double *shift = work, *sum = work + classes * width;
  for (size_t k = 0; k < width; k++) {
    loss[k] = 0;
    sum[k] = 1;
  }
  const gchk_softmax_by by = {
      .changes = changes, .classes = classes, .base = base, .x = x, .shift = shift, .sum = sum, .part = sum + width};
  gchk_lanes_sums_by(block, &by);
  gchk_log_array(sum, sum, width);
  for (const gchk_lane_run *run = block->runs; run < block->runs + block->run_count; run++)
    for (size_t c = 0; c < classes && counts(call, run->row); c++) {
      gchk_lanes_score_by(run, &by, c, x);
      gchk_lanes_subtract(run->count, loss + run->start, smoothed_target(call, run->row, c), x, sum + run->start);
    }
}

static double divisor(const gchk_call *call) {
  return divisor_of(call, count_valid(call));
}

static const gchk_lanes gchk_softmax_cross_entropy_lanes = {
    .x = X, .y = LOSS, .losses = lane_losses, .divisor = divisor, .base_rows = base_rows, .losses_by = lane_losses_by};
#endif

static const gchk_tensor_spec one_hot_tensors[] = {
    [X] = TENSOR("x", GCHK_INPUT, "N C"),
    [T] = WEIGHT_ROWS,
    [LOSS] = GCHK_TENSOR("loss", GCHK_OUTPUT, ""),
    [Y] = GCHK_TENSOR("y", GCHK_CACHE, "N C"),
};
static const gchk_tensor_spec label_tensors[] = {
    [X] = TENSOR("x", GCHK_INPUT, "N C"),
    [T] = LABEL_ROW(.ignored = "ignore"),
    [LOSS] = GCHK_TENSOR("loss", GCHK_OUTPUT, ""),
    [Y] = GCHK_TENSOR("y", GCHK_CACHE, "N C"),
};

static const gchk_option_spec options[] = {
    [SMOOTHING] = {.name = "smoothing",
                   .minimum = 0,
                   .maximum = 1,
                   .doc = "the part of a target that all classes share"},
    [IGNORE] = IGNORE_OPTION,
    SUM_OPTION,
};

DECLARE_LAYER(softmax_cross_entropy);
const gchk_layer LAYER(softmax_cross_entropy) = {
    LAYER_HEAD(softmax_cross_entropy, "softmax_cross_entropy"),
    GCHK_TENSORS(one_hot_tensors),
    GCHK_OPTION_TABLE(options),
    .sizes = "N=3 C=5",
    .forward = forward,
    .backward = backward,
    .lanes = LANES(softmax_cross_entropy),
};

DECLARE_LAYER(softmax_cross_entropy_labels);
const gchk_layer LAYER(softmax_cross_entropy_labels) = {
    LAYER_HEAD(softmax_cross_entropy_labels, "softmax_cross_entropy"),
    GCHK_TENSORS(label_tensors),
    GCHK_OPTION_TABLE(options),
    .sizes = "N=5 C=4",
    .forward = forward,
    .backward = backward,
    .lanes = LANES(softmax_cross_entropy),
};
