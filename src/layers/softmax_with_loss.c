/*
 * softmax_with_loss: softmax and cross-entropy in one layer, the mean over the batch.
 *
 *     softmax_with_loss: { x: logits, t: labels }              the mean over the batch
 *     softmax_with_loss: { x: logits, t: labels, sum: 1 }      the sum
 *
 *     x (N, C)      scores
 *     t (N, C)      targets: one-hot, or any rows of weights that sum to 1
 *     t (N)         or class labels, integers below C (the second table)
 *     loss          a scalar
 *
 *     y[n,c] = exp(x[n,c] - m_n)/(S_n + denominator_eps),  m_n = max_c x[n,c],  S_n = sum_c exp(x[n,c] - m_n)
 *     loss   = -1/N sum_n sum_c t[n,c] log(y[n,c] + log_eps),        1 for N with the option `sum`
 *
 * With log_eps = 0 the logarithm is taken as x - m - log(S + denominator_eps), which no score turns into log(0).
 *
 * backward is that of the source documents, dx = (y - t)/N times the upstream gradient. It is the gradient of the loss
 * where both epsilons are 0 and the rows of t sum to 1. Otherwise it is an approximation, as in the documents, and a
 * check that is sharp enough says so.
 *
 *     log_eps           The gradient of -log(y + log_eps) is smaller by the factor y/(y + log_eps): a relative mismatch
 *                       of log_eps/y, 1e-6 for the documents' 1e-7 at y = 0.1.
 *     denominator_eps   It also makes the loss depend on m_n: a mismatch of denominator_eps/(S + denominator_eps)/N at
 *                       the largest score of each row.
 */
#include "core/vector_exp.h"
#include "layers/class_targets.h"
#include "layers/lanes_rows.h"
#include "layers/lanes_softmax.h"
#include "layers/loss_sum.h"
#include "layers/softmax_row.h"

enum { X, T, LOSS, Y, ROW_LOSS };
enum { LOG_EPS, DENOMINATOR_EPS };

/* Row n of the softmax y, and the row's part of the loss. */
static void forward_row(const gchk_call *call, size_t n) {
  const size_t classes = call->t[X].shape.dim[1];
  const real log_eps = (real)call->option[LOG_EPS];
  const real *x = (const real *)call->t[X].value + n * classes;
  real *y = (real *)call->t[Y].value + n * classes, *row_loss = call->t[ROW_LOSS].value;
  real m, loss = 0;
  const real sum = exp_row(x, y, classes, 1, &m);
  const real denominator = sum + (real)call->option[DENOMINATOR_EPS], log_denominator = real_log(denominator);
  for (size_t c = 0; c < classes; c++) {
    const real t = target(&call->t[T], n, c);
    y[c] /= denominator;
    if (t != 0) // 0 log(y) is 0 also where y has rounded to 0
      loss -= t * (log_eps == 0 ? x[c] - m - log_denominator : real_log(y[c] + log_eps));
  }
  row_loss[n] = loss;
}

static void add_rows(const gchk_call *call) {
  const size_t rows = call->t[ROW_LOSS].count;
  const real *row_loss = call->t[ROW_LOSS].value;
  real *loss = call->t[LOSS].value, sum = 0;
  for (size_t n = 0; n < rows; n++)
    sum += row_loss[n];
  loss[0] = sum / divisor_of(call, rows);
}

static gchk_status forward(const gchk_call *call, gchk_error *error) {
  GCHK_TRY(check_labels(&call->t[T], call->t[X].shape.dim[1], NULL, error));
  for (size_t n = 0; n < call->t[ROW_LOSS].count; n++)
    forward_row(call, n);
  add_rows(call);
  return GCHK_OK;
}

static gchk_status backward(const gchk_call *call, gchk_error *error) {
  (void)error;
  const size_t rows = call->t[X].shape.dim[0], classes = call->t[X].shape.dim[1];
  const real *y = call->t[Y].value, *dloss = call->t[LOSS].grad, divisor = divisor_of(call, rows);
  real *dx = call->t[X].grad;
  for (size_t n = 0; n < rows; n++)
    for (size_t c = 0; c < classes; c++)
      // dlog(y[k])/dx[c] = (k == c) - y[c], so dx = sum_k -t[k] ((k == c) - y[c]) = y sum(t) - t, and sum(t) is 1
      dx[n * classes + c] = dloss[0] * (y[n * classes + c] - target(&call->t[T], n, c)) / divisor;
  return GCHK_OK;
}

/* A score changes its row; the loss is summed again from the rows' losses. */
static gchk_status update(const gchk_call *call, size_t tensor, size_t element, bool *done, gchk_error *error) {
  (void)error;
  *done = tensor == X;
  if (!*done)
    return GCHK_OK;
  forward_row(call, element / call->t[X].shape.dim[1]);
  add_rows(call);
  return GCHK_OK;
}

#if !GCHK_REAL_IS_FLOAT
/* loss -= t log(e/sum + log_eps). Most rows have one such term, so that the first ones' logarithms are one array. */
static void subtract_logs(const gchk_call *call, const gchk_lane_block *block, const double *e, const double *sum,
                          double *first, double *loss) {
  const size_t classes = call->t[X].shape.dim[1], width = block->width;
  const double log_eps = call->option[LOG_EPS];
  for (size_t k = 0; k < width; k++)
    first[k] = 1;
  for (const gchk_lane_run *run = block->runs; run < block->runs + block->run_count; run++) {
    const size_t c = next_target(&call->t[T], run->row, 0, classes), k = run->start;
    if (c < classes)
      gchk_lanes_quotient(run->count, first + k, e + c * width + k, sum + k, log_eps);
  }
  gchk_log_array(first, first, width);
  for (const gchk_lane_run *run = block->runs; run < block->runs + block->run_count; run++) {
    size_t c = next_target(&call->t[T], run->row, 0, classes);
    double *term = first + run->start;
    while (c < classes) {
      gchk_lanes_subtract_times(run->count, loss + run->start, target(&call->t[T], run->row, c), term);
      c = next_target(&call->t[T], run->row, c + 1, classes);
      if (c == classes)
        break;
      gchk_lanes_quotient(run->count, term, e + c * width + run->start, sum + run->start, log_eps);
      gchk_log_array(term, term, run->count);
    }
  }
}

static void subtract_differences(const gchk_call *call, const gchk_lane_block *block, const double *x,
                                 const double *log_sum, double *loss) {
  const size_t classes = call->t[X].shape.dim[1];
  for (const gchk_lane_run *run = block->runs; run < block->runs + block->run_count; run++)
    for (size_t c = next_target(&call->t[T], run->row, 0, classes); c < classes;
         c = next_target(&call->t[T], run->row, c + 1, classes))
      gchk_lanes_subtract(run->count, loss + run->start, target(&call->t[T], run->row, c),
                          x + c * block->width + run->start, log_sum + run->start);
}

/* As in forward_row, from x - m. */
static void lane_losses(const gchk_call *call, const gchk_lane_block *block, double *x, double *work, double *loss) {
  const size_t classes = call->t[X].shape.dim[1], width = block->width;
  const double denominator_eps = call->option[DENOMINATOR_EPS];
  double *sum = work + classes * width;
  gchk_lanes_exp(width, classes, x, work, sum);
  for (size_t k = 0; k < width; k++) {
    sum[k] += denominator_eps;
    loss[k] = 0;
  }
  if (call->option[LOG_EPS] == 0) {
    gchk_log_array(sum, sum, width);
    subtract_differences(call, block, x, sum, loss);
  } else {
    subtract_logs(call, block, work, sum, sum + width, loss);
  }
}

/* Of a row: its first target, and whether that is the only one; in the base's numbers behind those of the softmax. */
static void keep_target(const gchk_call *call, size_t n, double *kept) {
  bool is_only;
  const size_t c = first_target(&call->t[T], n, call->t[X].shape.dim[1], &is_only);
  kept[n] = is_only ? (double)c : -1 - (double)c;
}

static size_t kept_target(const double *kept, size_t n, bool *is_only) {
  *is_only = kept[n] >= 0;
  return (size_t)(*is_only ? kept[n] : -1 - kept[n]);
}

static void base_rows(const gchk_call *call, const double *x, double *base) {
  const size_t rows = call->t[ROW_LOSS].count, classes = call->t[X].shape.dim[1];
  gchk_lanes_softmax_base(rows, classes, x, base);
  for (size_t n = 0; n < rows; n++)
    keep_target(call, n, base + 2 * rows * classes);
}

/* Lanes of no run hold numbers that a logarithm can be taken of. */
static void fill_rest(const gchk_lane_block *block, double *sum, double *first) {
  size_t k = 0;
  for (size_t r = 0; r <= block->run_count; r++) {
    const gchk_lane_run *run = &block->runs[r];
    for (; k < (r < block->run_count ? run->start : block->width); k++)
      sum[k] = first[k] = 1;
    k += r < block->run_count ? run->count : 0;
  }
}

/* What one target's term is made of: the score, or y + log_eps; x is room for a run. */
static void find_term(const gchk_call *call, const gchk_lane_run *run, const gchk_lane_changes *changes,
                      const double *base, size_t c, const double *shift, const double *sum, bool are_small, double *x,
                      double *term) {
  const size_t classes = call->t[X].shape.dim[1];
  const double log_eps = call->option[LOG_EPS];
  if (log_eps == 0) {
    gchk_lanes_score_by(run, changes, classes, base, c, shift, term);
    return;
  }
  gchk_lanes_exp_by(run, changes, classes, base, c, shift, are_small, x);
  gchk_lanes_quotient(run->count, term, x, sum + run->start, log_eps);
}

/* The terms behind a row's first one; x is room for two runs. */
static void subtract_others(const gchk_call *call, const gchk_lane_run *run, const gchk_lane_changes *changes,
                            const double *base, const double *shift, const double *sum, bool are_small, double *x,
                            double *loss) {
  const size_t classes = call->t[X].shape.dim[1];
  double *term = x + run->count;
  size_t c = next_target(&call->t[T], run->row, 0, classes);
  while (c < classes && (c = next_target(&call->t[T], run->row, c + 1, classes)) < classes) {
    const double t = target(&call->t[T], run->row, c);
    find_term(call, run, changes, base, c, shift, sum, are_small, x, term);
    if (call->option[LOG_EPS] == 0) {
      gchk_lanes_subtract(run->count, loss + run->start, t, term, sum + run->start);
      continue;
    }
    gchk_log_array(term, term, run->count);
    gchk_lanes_subtract_times(run->count, loss + run->start, t, term);
  }
}

/* The same of rows that differ from the base. Of most there is one term, so that the first ones are one array. */
static void lane_losses_by(const gchk_call *call, const gchk_lane_block *block, const gchk_lane_changes *changes,
                           const double *base, double *x, double *work, double *loss) {
  const size_t classes = call->t[X].shape.dim[1], width = block->width;
  const double *kept = base + 2 * call->t[ROW_LOSS].count * classes;
  double *shift = work, *sum = work + classes * width, *first = sum + width;
  bool are_all = true;
  fill_rest(block, sum, first);
  const bool are_small =
      gchk_lanes_sums_by(block, changes, classes, base, call->option[DENOMINATOR_EPS], x, shift, sum);
  for (const gchk_lane_run *run = block->runs; run < block->runs + block->run_count; run++) {
    bool is_only;
    const size_t c = kept_target(kept, run->row, &is_only);
    const double t = c < classes ? target(&call->t[T], run->row, c) : 0;
    are_all = are_all && is_only;
    if (c < classes)
      find_term(call, run, changes, base, c, shift, sum, are_small, x, first + run->start);
    for (size_t k = run->start; k < run->start + run->count; k++) {
      loss[k] = t;
      if (c == classes)
        sum[k] = first[k] = 1;
    }
  }
  if (call->option[LOG_EPS] == 0) {
    gchk_log_array(sum, sum, width);
    gchk_lanes_weigh_difference(width, loss, first, sum);
  } else {
    gchk_log_array(first, first, width);
    gchk_lanes_weigh(width, loss, first);
  }
  for (const gchk_lane_run *run = block->runs; run < block->runs + block->run_count && !are_all; run++)
    subtract_others(call, run, changes, base, shift, sum, are_small, x, loss);
}

static double divisor(const gchk_call *call) {
  return divisor_of(call, call->t[ROW_LOSS].count);
}

static const gchk_lanes gchk_softmax_with_loss_lanes = {
    .x = X, .y = LOSS, .losses = lane_losses, .divisor = divisor, .base_rows = base_rows, .losses_by = lane_losses_by};
#endif

static const gchk_tensor_spec one_hot_tensors[] = {
    [X] = TENSOR("x", GCHK_INPUT, "N C"),
    [T] = WEIGHT_ROWS,
    [LOSS] = GCHK_TENSOR("loss", GCHK_OUTPUT, ""),
    [Y] = GCHK_TENSOR("y", GCHK_CACHE, "N C"),
    [ROW_LOSS] = GCHK_TENSOR("row_loss", GCHK_CACHE, "N"),
};

static const gchk_tensor_spec label_tensors[] = {
    [X] = TENSOR("x", GCHK_INPUT, "N C"),
    [T] = LABEL_ROW(.ignored = NULL),
    [LOSS] = GCHK_TENSOR("loss", GCHK_OUTPUT, ""),
    [Y] = GCHK_TENSOR("y", GCHK_CACHE, "N C"),
    [ROW_LOSS] = GCHK_TENSOR("row_loss", GCHK_CACHE, "N"),
};

static const gchk_option_spec options[] = {
    [LOG_EPS] = {.name = "log_eps",
                 .minimum = 0,
                 .maximum = 1,
                 .doc = "added to y inside the logarithm; backward is that of log(y): a relative error of log_eps/y"},
    [DENOMINATOR_EPS] = {.name = "denominator_eps",
                         .minimum = 0,
                         .maximum = 1,
                         .doc = "added to the sum that y is divided by"},
    SUM_OPTION,
};

DECLARE_LAYER(softmax_with_loss);
const gchk_layer LAYER(softmax_with_loss) = {
    LAYER_HEAD(softmax_with_loss, "softmax_with_loss"),
    GCHK_TENSORS(one_hot_tensors),
    GCHK_OPTION_TABLE(options),
    .fixed_options = "log_eps denominator_eps",
    .sizes = "N=3 C=5",
    .forward = forward,
    .backward = backward,
    .update = update,
    .lanes = LANES(softmax_with_loss),
};

DECLARE_LAYER(softmax_with_loss_labels);
const gchk_layer LAYER(softmax_with_loss_labels) = {
    LAYER_HEAD(softmax_with_loss_labels, "softmax_with_loss"),
    GCHK_TENSORS(label_tensors),
    GCHK_OPTION_TABLE(options),
    .fixed_options = "log_eps denominator_eps",
    .sizes = "N=3 C=5",
    .forward = forward,
    .backward = backward,
    .update = update,
    .lanes = LANES(softmax_with_loss),
};
