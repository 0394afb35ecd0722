/*
 * batch_norm: every channel to mean 0 and variance 1 over the batch (train), or by running statistics (eval).
 *
 *     batch_norm: { x: a, gamma: g, beta: b, running_mean: m, running_var: v, momentum: 0.1, eps: 1e-5 }
 *
 *     x, y (N, C, D...),  gamma, beta, running_mean, running_var (C);        formulas: normalise.h
 *
 *     train:    mean and variance of the N * D elements of a channel, and
 *               next_mean = (1 - momentum) running_mean + momentum mean
 *               next_var  = (1 - momentum) running_var  + momentum var n/(n - 1),  n = N * D
 *     eval:     mean = running_mean, var = running_var, which are constants: dx = dy gamma rstd
 *
 * The running statistics that follow are caches of their own, next_mean and next_var, which forward writes: it changes
 * nothing that it reads, and gives the same when it is called again. The variance that it divides by is that of n, the
 * one that it keeps that of n - 1, as torch has it. No gradient goes through the running statistics.
 *
 * Ioffe and Szegedy, Batch normalization (ICML 2015).
 */
#include "layers/normalise.h"

enum { RUNNING_MEAN = RSTD + 1, RUNNING_VAR, NEXT_MEAN, NEXT_VAR };
enum { EPS, MOMENTUM };

static groups channels_of(const gchk_call *call) {
  const size_t samples = call->t[X].shape.dim[0], channels = call->t[GAMMA].count;
  const size_t inner = call->t[X].count / samples / channels;
  return (groups){.count = channels,
                  .n = samples * inner,
                  .apart = inner,
                  .run = inner,
                  .step = channels * inner,
                  .inner = inner,
                  .channels = channels};
}

static void forward_channel(const gchk_call *call, const groups *s, size_t c) {
  const real eps = (real)call->option[EPS], momentum = (real)call->option[MOMENTUM];
  const real *running_mean = call->t[RUNNING_MEAN].value, *running_var = call->t[RUNNING_VAR].value;
  real *next_mean = call->t[NEXT_MEAN].value, *next_var = call->t[NEXT_VAR].value;
  real *mean = call->t[MEAN].value, *rstd = call->t[RSTD].value, variance = running_var[c];
  mean[c] = next_mean[c] = running_mean[c];
  next_var[c] = running_var[c];
  if (call->mode == GCHK_TRAIN) {
    find_moments(s, c, call->t[X].value, &mean[c], &variance);
    next_mean[c] += momentum * (mean[c] - running_mean[c]);
    next_var[c] += momentum * (variance * (real)s->n / (real)(s->n - 1) - running_var[c]);
  }
  rstd[c] = 1 / real_sqrt(variance + eps);
  normalise_group(call, s, c);
}

static gchk_status forward(const gchk_call *call, gchk_error *error) {
  (void)error;
  const groups s = channels_of(call);
  for (size_t c = 0; c < s.count; c++)
    forward_channel(call, &s, c);
  return GCHK_OK;
}

static gchk_status update(const gchk_call *call, size_t tensor, size_t element, bool *done, gchk_error *error) {
  (void)error;
  const groups s = channels_of(call);
  *done = tensor <= BETA; // the rest is constant
  if (*done)
    forward_channel(call, &s, tensor == X ? channel(&s, element) : element);
  return GCHK_OK;
}

static gchk_status backward(const gchk_call *call, gchk_error *error) {
  (void)error;
  const groups s = channels_of(call);
  propagate(call, &s, call->mode == GCHK_EVAL);
  return GCHK_OK;
}

#if !GCHK_REAL_IS_FLOAT
/* In eval mode the channel's statistics are given; gamma and beta of an element of it. */
static void lane_elements(const gchk_call *call, size_t at, const double *x, const double *other, double *y,
                          size_t count) {
  const groups s = channels_of(call);
  const size_t c = channel(&s, at);
  const double mean = ((const double *)call->t[MEAN].value)[c], rstd = ((const double *)call->t[RSTD].value)[c];
  const double gamma = ((const double *)call->t[GAMMA].value)[c], beta = ((const double *)call->t[BETA].value)[c];
  (void)other;
  for (size_t k = 0; k < count; k++)
    y[k] = gamma * ((x[k] - mean) * rstd) + beta;
}

/* In train mode a channel that is one unit of a row is normalised over all rows. */
static void lane_columns(const gchk_call *call, size_t unit, size_t stride, size_t count, const double *x, double *y) {
  const gchk_lane_column column = {.rows = call->t[X].shape.dim[0],
                                   .stride = stride,
                                   .count = count,
                                   .gamma = ((const double *)call->t[GAMMA].value)[unit],
                                   .beta = ((const double *)call->t[BETA].value)[unit],
                                   .eps = call->option[EPS]};
  gchk_lanes_norm_column(&column, x, y);
}

static gchk_coupling lane_coupling(const gchk_call *call) {
  if (call->mode == GCHK_EVAL)
    return GCHK_ROWS_ALONE;
  return channels_of(call).inner == 1 ? GCHK_UNITS_COUPLED : GCHK_ROWS_COUPLED;
}

static double lane_factor(const gchk_call *call, size_t row, size_t unit) {
  const double *x = call->t[X].value, *mean = call->t[MEAN].value, *rstd = call->t[RSTD].value;
  return (x[row * call->t[GAMMA].count + unit] - mean[unit]) * rstd[unit];
}

static bool lane_head(const gchk_call *call, size_t tensor, gchk_lane_head *head) {
  const groups s = channels_of(call);
  const gchk_lane_norm norm = {.units = s.channels * s.inner, .inner = s.inner, .channels = s.channels};
  return (tensor == GAMMA || tensor == BETA) && gchk_lanes_norm_head(&norm, tensor == GAMMA ? lane_factor : NULL, head);
}

static const gchk_lanes gchk_batch_norm_lanes = {.x = X,
                                                 .y = Y,
                                                 .head = lane_head,
                                                 .elements = lane_elements,
                                                 .columns = lane_columns,
                                                 .coupling = lane_coupling,
                                                 .operations = GCHK_NORM_OPERATIONS};
#endif

#define OF_CHANNEL "128*N*D"
static const gchk_tensor_spec tensors[] = {
    [X] = TENSOR("x", GCHK_INPUT, "N C D...", .update_operations = OF_CHANNEL),
    [GAMMA] = GAIN("gamma", "C", .update_operations = OF_CHANNEL),
    [BETA] = TENSOR("beta", GCHK_PARAMETER, "C", .update_operations = OF_CHANNEL),
    [Y] = GCHK_TENSOR("y", GCHK_OUTPUT, "N C D..."),
    [MEAN] = GCHK_TENSOR("mean", GCHK_CACHE, "C"),
    [RSTD] = GCHK_TENSOR("rstd", GCHK_CACHE, "C"),
    [RUNNING_MEAN] = GCHK_TENSOR("running_mean", GCHK_CONSTANT, "C", .fill = {.kind = GCHK_FILL_NORMAL}),
    [RUNNING_VAR] = GCHK_TENSOR("running_var", GCHK_CONSTANT, "C", .fill = {.kind = GCHK_FILL_POSITIVE}),
    [NEXT_MEAN] = GCHK_TENSOR("next_mean", GCHK_CACHE, "C"),
    [NEXT_VAR] = GCHK_TENSOR("next_var", GCHK_CACHE, "C"),
};

static const gchk_option_spec options[] = {
    [EPS] = EPS_OPTION(1e-5, "added to the variance"),
    [MOMENTUM] = {.name = "momentum",
                  .initial = 0.1,
                  .minimum = 0,
                  .maximum = 1,
                  .doc = "the part of the batch's statistics in the running ones that follow"},
};

DECLARE_LAYER(batch_norm);
const gchk_layer LAYER(batch_norm) = {
    LAYER_HEAD(batch_norm, "batch_norm"),
    GCHK_TENSORS(tensors),
    GCHK_OPTION_TABLE(options),
    .sizes = "N=3 C=4 D=2x5",
    .sizes_require = "N*D>1", // one element has no variance
    .flags = GCHK_HAS_MODES,
    .forward = forward,
    .backward = backward,
    .lanes = LANES(batch_norm),
    .update = update,
};
