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
#include "core/arrays.h"
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

/* Of the base's rows, behind what the softmax keeps: each one's first target, and whether that is the only one. */
static void keep_targets(const gchk_call *call, double *kept) {
  const size_t rows = call->t[ROW_LOSS].count;
  for (size_t n = 0; n < rows; n++) {
    bool is_only;
    kept[n] = (double)first_target(&call->t[T], n, call->t[X].shape.dim[1], &is_only);
    kept[rows + n] = is_only;
  }
}

static void base_rows(const gchk_call *call, const double *x, double *base) {
  const size_t rows = call->t[ROW_LOSS].count, classes = call->t[X].shape.dim[1];
  gchk_lanes_softmax_base(rows, classes, x, base);
  keep_targets(call, base + rows * gchk_softmax_numbers(classes));
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

/* The terms behind a row's first one; by->x is room for a run. */
static void subtract_others(const gchk_call *call, const gchk_lane_run *run, const gchk_softmax_by *by, double *loss) {
  const size_t classes = by->classes;
  const double log_eps = call->option[LOG_EPS], *sum = by->sum + run->start;
  double *term = by->x, *e = by->part + run->start; // the first term is done
  size_t c = next_target(&call->t[T], run->row, 0, classes);
  while (c < classes && (c = next_target(&call->t[T], run->row, c + 1, classes)) < classes) {
    const double t = target(&call->t[T], run->row, c);
    if (log_eps == 0) {
      gchk_lanes_score_by(run, by, c, term);
      gchk_lanes_subtract(run->count, loss + run->start, t, term, sum);
      continue;
    }
    gchk_lanes_exp_by(run, by, c, e);
    gchk_lanes_quotient(run->count, term, e, sum, log_eps);
    gchk_log_array(term, term, run->count);
    gchk_lanes_subtract_times(run->count, loss + run->start, t, term);
  }
}

/* The weights of the rows' first terms. Are these all that there are? A row without a target has the logarithm of 1. */
static bool find_weights(const gchk_call *call, const gchk_lane_block *block, const double *kept, double *sum,
                         double *first, double *weight) {
  const size_t rows = call->t[ROW_LOSS].count, classes = call->t[X].shape.dim[1];
  bool are_all = true;
  for (const gchk_lane_run *run = block->runs; run < block->runs + block->run_count; run++) {
    const size_t c = (size_t)kept[run->row];
    gchk_array_fill(weight + run->start, c < classes ? target(&call->t[T], run->row, c) : 0, run->count);
    are_all = are_all && kept[rows + run->row] != 0;
    for (size_t k = run->start; k < run->start + run->count && c == classes; k++)
      sum[k] = first[k] = 1;
  }
  return are_all;
}

/* The same of rows that differ from the base. Of most there is one term, so that the first ones are one array. */
static void lane_losses_by(const gchk_call *call, const gchk_lane_block *block, const gchk_lane_changes *changes,
                           const double *base, double *x, double *work, double *loss) {
  const size_t classes = call->t[X].shape.dim[1], width = block->width;
  const double *kept = base + call->t[ROW_LOSS].count * gchk_softmax_numbers(classes);
  const double log_eps = call->option[LOG_EPS];
  double *sum = work + classes * width, *first = sum + width;
  const gchk_softmax_by by = {changes, classes, base, call->option[DENOMINATOR_EPS], kept, log_eps == 0, x,
                              work,    sum,     first};
  fill_rest(block, sum, first);
  gchk_lanes_sums_by(block, &by);
  const bool are_all = find_weights(call, block, kept, sum, first, loss);
  if (log_eps == 0) {
    gchk_log_array(sum, sum, width);
    gchk_lanes_weigh_difference(width, loss, first, sum);
  } else {
    gchk_lanes_quotient(width, x, first, sum, log_eps);
    gchk_log_array(x, x, width);
    gchk_lanes_weigh(width, loss, x);
  }
  for (const gchk_lane_run *run = block->runs; run < block->runs + block->run_count && !are_all; run++)
    subtract_others(call, run, &by, loss);
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
