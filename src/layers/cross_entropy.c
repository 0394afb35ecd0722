/*
 * cross_entropy: of probabilities, the mean over the batch, as the source documents compute it behind a softmax.
 *
 *     cross_entropy: { p: y, t: labels }              the mean over the batch
 *     cross_entropy: { p: y, t: labels, sum: 1 }      the sum
 *
 *     p (N, C)      probabilities, positive
 *     t (N, C)      targets: one-hot, or any weights
 *     t (N)         or class labels, integers below C (the second table)
 *     loss          a scalar
 *
 *     loss    = -1/N sum_n sum_c t[n,c] log(p[n,c] + log_eps),        1 for N with the option `sum`
 *     dp[n,c] = -dloss t[n,c]/(p[n,c] + log_eps)/N
 *
 * For scores in place of probabilities: softmax_with_loss.
 */
#include "layers/class_targets.h"
#include "layers/lanes_rows.h"
#include "layers/loss_sum.h"

enum { P, T, LOSS };
enum { LOG_EPS };

static gchk_status forward(const gchk_call *call, gchk_error *error) {
  const size_t rows = call->t[P].shape.dim[0], classes = call->t[P].shape.dim[1];
  const real log_eps = (real)call->option[LOG_EPS], *p = call->t[P].value;
  real *loss = call->t[LOSS].value, sum = 0;
  GCHK_TRY(check_labels(&call->t[T], classes, NULL, error));
  for (size_t n = 0; n < rows; n++)
    for (size_t c = 0; c < classes; c++) {
      const real t = target(&call->t[T], n, c);
      if (t != 0) // 0 log(p) is 0 also where p is 0
        sum += t * real_log(p[n * classes + c] + log_eps);
    }
  loss[0] = -sum / divisor_of(call, rows);
  return GCHK_OK;
}

static gchk_status backward(const gchk_call *call, gchk_error *error) {
  (void)error;
  const size_t rows = call->t[P].shape.dim[0], classes = call->t[P].shape.dim[1];
  const real log_eps = (real)call->option[LOG_EPS], *p = call->t[P].value, *dloss = call->t[LOSS].grad;
  const real divisor = divisor_of(call, rows);
  real *dp = call->t[P].grad;
  for (size_t n = 0; n < rows; n++)
    for (size_t c = 0; c < classes; c++) {
      const real t = target(&call->t[T], n, c);
      dp[n * classes + c] = t == 0 ? 0 : -dloss[0] * t / (p[n * classes + c] + log_eps) / divisor;
    }
  return GCHK_OK;
}

#define PROBABILITIES TENSOR("p", GCHK_INPUT, "N C", .fill = {.kind = GCHK_FILL_UNIFORM, .a = 0.1, .b = 0.9})
#if !GCHK_REAL_IS_FLOAT
static void lane_losses(const gchk_call *call, const gchk_lane_block *block, double *p, double *work, double *loss) {
  const size_t classes = call->t[P].shape.dim[1], width = block->width;
  for (size_t k = 0; k < width; k++)
    loss[k] = 0;
  for (const gchk_lane_run *run = block->runs; run < block->runs + block->run_count; run++)
    for (size_t c = 0; c < classes; c++) {
      const double t = target(&call->t[T], run->row, c);
      if (t != 0)
        gchk_lanes_subtract_log(run->count, loss + run->start, t, p + c * width + run->start, call->option[LOG_EPS],
                                work);
    }
}

static double divisor(const gchk_call *call) {
  return divisor_of(call, call->t[P].shape.dim[0]);
}

static const gchk_lanes gchk_cross_entropy_lanes = {.x = P, .y = LOSS, .losses = lane_losses, .divisor = divisor};
#endif

static const gchk_tensor_spec one_hot_tensors[] = {
    [P] = PROBABILITIES,
    [T] = WEIGHT_ROWS,
    [LOSS] = GCHK_TENSOR("loss", GCHK_OUTPUT, ""),
};
static const gchk_tensor_spec label_tensors[] = {
    [P] = PROBABILITIES,
    [T] = LABEL_ROW(.ignored = NULL),
    [LOSS] = GCHK_TENSOR("loss", GCHK_OUTPUT, ""),
};

static const gchk_option_spec options[] = {
    [LOG_EPS] = {.name = "log_eps", .minimum = 0, .maximum = 1, .doc = "added to p inside the logarithm"},
    SUM_OPTION,
};

DECLARE_LAYER(cross_entropy);
const gchk_layer LAYER(cross_entropy) = {
    LAYER_HEAD(cross_entropy, "cross_entropy"),
    GCHK_TENSORS(one_hot_tensors),
    GCHK_OPTION_TABLE(options),
    .sizes = "N=3 C=5",
    .forward = forward,
    .backward = backward,
    .lanes = LANES(cross_entropy),
};

DECLARE_LAYER(cross_entropy_labels);
const gchk_layer LAYER(cross_entropy_labels) = {
    LAYER_HEAD(cross_entropy_labels, "cross_entropy"),
    GCHK_TENSORS(label_tensors),
    GCHK_OPTION_TABLE(options),
    .sizes = "N=3 C=5",
    .forward = forward,
    .backward = backward,
    .lanes = LANES(cross_entropy),
};
