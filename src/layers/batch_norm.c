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
    .update = update,
};
