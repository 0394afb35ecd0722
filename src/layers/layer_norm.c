/*
 * layer_norm: every sample (or token) is brought to mean 0 and variance 1 over the last axis.
 *
 *     layer_norm: { x: a, gamma: g, beta: b, eps: 1e-6 }        eps is 1e-5 unless it is given
 *
 *     x, y (S..., C),  gamma, beta (C),  mean, rstd (S...) caches;        formulas: normalise.h
 *
 * Ba, Kiros and Hinton, Layer normalization (2016).
 */
#include "layers/normalise.h"

enum { EPS };

static groups rows_of(const gchk_call *call) {
  const size_t c = call->t[GAMMA].count;
  return (groups){.count = call->t[X].count / c, .n = c, .apart = c, .run = c, .inner = 1, .channels = c};
}

static gchk_status forward(const gchk_call *call, gchk_error *error) {
  (void)error;
  const groups s = rows_of(call);
  normalise(call, &s, (real)call->option[EPS]);
  return GCHK_OK;
}

static gchk_status backward(const gchk_call *call, gchk_error *error) {
  (void)error;
  const groups s = rows_of(call);
  propagate(call, &s, false);
  return GCHK_OK;
}

static const gchk_tensor_spec tensors[] = {
    [X] = TENSOR("x", GCHK_INPUT, "S... C"),          [GAMMA] = GAIN("gamma", "C"),
    [BETA] = TENSOR("beta", GCHK_PARAMETER, "C"),     [Y] = GCHK_TENSOR("y", GCHK_OUTPUT, "S... C"),
    [MEAN] = GCHK_TENSOR("mean", GCHK_CACHE, "S..."), [RSTD] = GCHK_TENSOR("rstd", GCHK_CACHE, "S..."),
};

static const gchk_option_spec options[] = {[EPS] = EPS_OPTION(1e-5, "added to the variance")};

LANES_OF_GROUPS(layer_norm, rows_of)

DECLARE_LAYER(layer_norm);
const gchk_layer LAYER(layer_norm) = {
    LAYER_HEAD(layer_norm, "layer_norm"),
    GCHK_TENSORS(tensors),
    GCHK_OPTION_TABLE(options),
    .sizes = "S=2x3 C=7",
    .rowwise = "S",
    .forward = forward,
    .backward = backward,
    .lanes = LANES(layer_norm),
};
