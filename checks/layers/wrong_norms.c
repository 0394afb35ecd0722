/* Mistakes in the gradients of normalisations: terms lost, the wrong mode, the wrong axis. */
#include <math.h>
#include <string.h>

#include "layers/wrong_twins.h"

enum { MOST = 256 };

/* Elements of x side by side that are of one channel, where channels are the second dimension. */
static size_t inner_of(const gchk_call *c) {
  const gchk_tensor *x = tensor_called(c, "x");
  return x->count / x->shape.dim[0] / x->shape.dim[1];
}

static bool is_named(const gchk_call *c, const char *name) {
  return strcmp(c->layer->name, name) == 0;
}

static size_t channel_of(const gchk_call *c, size_t i) {
  const size_t channels = tensor_called(c, "gamma")->count;
  return is_named(c, "layer_norm") || is_named(c, "rms_norm") ? i % channels : i / inner_of(c) % channels;
}

static size_t group_of(const gchk_call *c, size_t i) {
  const size_t groups = tensor_called(c, "rstd")->count;
  return is_named(c, "batch_norm") ? i / inner_of(c) % groups : i / (tensor_called(c, "x")->count / groups);
}

/* dx = rstd (dxhat - mean(dxhat) - xhat mean(dxhat xhat)), with factors for the last two terms. */
static void propagate(const gchk_call *c, double mean_term, double variance_term) {
  const gchk_tensor *x = tensor_called(c, "x"), *y = tensor_called(c, "y"), *gamma = tensor_called(c, "gamma");
  const gchk_tensor *rstd = tensor_called(c, "rstd");
  const bool has_mean = !is_named(c, "rms_norm");
  double by_mean[MOST] = {0}, by_variance[MOST] = {0}, xhat[MOST], dxhat[MOST];
  const double n = (double)x->count / (double)rstd->count;
  for (size_t i = 0; i < x->count; i++) {
    const size_t g = group_of(c, i);
    const double mean = has_mean ? value_of(tensor_called(c, "mean"), g) : 0;
    xhat[i] = (value_of(x, i) - mean) * value_of(rstd, g);
    dxhat[i] = grad_of(y, i) * value_of(gamma, channel_of(c, i));
    by_mean[g] += dxhat[i] / n;
    by_variance[g] += dxhat[i] * xhat[i] / n;
  }
  for (size_t i = 0; i < x->count; i++) {
    const size_t g = group_of(c, i);
    set_grad(x, i, value_of(rstd, g) * (dxhat[i] - mean_term * by_mean[g] - variance_term * xhat[i] * by_variance[g]));
  }
}

static void mean_term_lost(const gchk_call *c) {
  propagate(c, 0, 1);
}

static void variance_term_lost(const gchk_call *c) {
  propagate(c, is_named(c, "rms_norm") ? 0 : 1, 0);
}

static void train_in_eval(const gchk_call *c) {
  if (c->mode == GCHK_EVAL)
    propagate(c, 1, 1);
}

/* The batch is not summed over. */
static void beta_of_first_sample(const gchk_call *c) {
  const gchk_tensor *beta = tensor_called(c, "beta"), *y = tensor_called(c, "y");
  for (size_t k = 0; k < beta->count; k++) {
    double sum = 0;
    for (size_t i = 0; i < y->count / y->shape.dim[0]; i++)
      sum += channel_of(c, i) == k ? grad_of(y, i) : 0;
    set_grad(beta, k, sum);
  }
}

/* x for xhat. */
static void gamma_of_x(const gchk_call *c) {
  const gchk_tensor *x = tensor_called(c, "x"), *y = tensor_called(c, "y"), *gamma = tensor_called(c, "gamma");
  double sum[MOST] = {0};
  for (size_t i = 0; i < x->count; i++)
    sum[channel_of(c, i)] += grad_of(y, i) * value_of(x, i);
  for (size_t k = 0; k < gamma->count; k++)
    set_grad(gamma, k, sum[k]);
}

static void length_is_constant(const gchk_call *c) {
  const gchk_tensor *x = tensor_called(c, "x"), *y = tensor_called(c, "y"), *length = tensor_called(c, "length");
  for (size_t i = 0; i < x->count; i++)
    set_grad(x, i, grad_of(y, i) / value_of(length, i / (x->count / length->count)));
}

static void direction_is_constant(const gchk_call *c) {
  const gchk_tensor *v = tensor_called(c, "v"), *g = tensor_called(c, "g"), *w = tensor_called(c, "w");
  for (size_t i = 0; i < v->count; i++) {
    const size_t u = i / (v->count / g->count);
    set_grad(v, i, grad_of(w, i) * value_of(g, u) / value_of(tensor_called(c, "length"), u));
  }
}

static void length_lost(const gchk_call *c) {
  const gchk_tensor *g = tensor_called(c, "g");
  for (size_t u = 0; u < g->count; u++)
    set_grad(g, u, grad_of(g, u) * value_of(tensor_called(c, "length"), u));
}

#define FACTOR "factor-not-differentiated norm-not-differentiated"
#define TERM   "missing-mean-term missing-variance-term missing-sum-term unclassified"
const wrong_twin wrong_norms[] = {
    {.layer = "batch_norm", .what = "mean lost", .spoil = mean_term_lost, .codes = TERM},
    {.layer = "batch_norm", .what = "variance lost", .spoil = variance_term_lost, .codes = TERM},
    {.layer = "batch_norm",
     .what = "train's in eval",
     .spoil = train_in_eval,
     .codes = "batch-inconsistent mode-ignored"},
    {.layer = "group_norm", .what = "mean lost", .spoil = mean_term_lost, .codes = TERM},
    {.layer = "group_norm", .what = "beta of one sample", .spoil = beta_of_first_sample, .codes = "one-sample-only"},
    {.layer = "l2_normalize", .what = "length constant", .spoil = length_is_constant, .codes = TERM},
    {.layer = "layer_norm", .what = "mean lost", .spoil = mean_term_lost, .codes = "missing-mean-term"},
    {.layer = "layer_norm", .what = "variance lost", .spoil = variance_term_lost, .codes = "missing-variance-term"},
    {.layer = "layer_norm", .what = "gamma of x", .spoil = gamma_of_x, .codes = "unclassified"},
    {.layer = "rms_norm", .what = "size constant", .spoil = variance_term_lost, .codes = TERM},
    {.layer = "rms_norm", .what = "gamma of x", .spoil = gamma_of_x, .codes = "unclassified"},
    {.layer = "weight_norm", .what = "direction constant", .spoil = direction_is_constant, .codes = FACTOR},
    {.layer = "weight_norm", .what = "length lost", .spoil = length_lost, .codes = "tensor-factor"},
    {.layer = NULL},
};
