/*
 * group_norm: the channels of every sample in groups, each brought to mean 0 and variance 1.
 *
 *     group_norm: { x: a, gamma: g, beta: b, groups: 4, eps: 1e-6 }        eps is 1e-5 unless it is given
 *
 *     x, y (N, C, D...),  gamma, beta (C),  mean, rstd (N, groups) caches;        formulas: normalise.h
 *
 * A group is C/groups channels with all their positions; one group is a layer norm over all of a sample, C groups an
 * instance norm. Wu and He, Group normalization (ECCV 2018).
 */
#include "layers/normalise.h"

enum { EPS };

static groups groups_of(const gchk_call *call) {
  const size_t n = call->t[X].count / call->t[MEAN].count, channels = call->t[GAMMA].count;
  return (groups){.count = call->t[MEAN].count,
                  .n = n,
                  .apart = n,
                  .run = n,
                  .inner = call->t[X].count / call->t[X].shape.dim[0] / channels,
                  .channels = channels};
}

static gchk_status forward(const gchk_call *call, gchk_error *error) {
  (void)error;
  const groups s = groups_of(call);
  normalise(call, &s, (real)call->option[EPS]);
  return GCHK_OK;
}

static gchk_status backward(const gchk_call *call, gchk_error *error) {
  (void)error;
  const groups s = groups_of(call);
  propagate(call, &s, false);
  return GCHK_OK;
}

static const gchk_tensor_spec tensors[] = {
    [X] = TENSOR("x", GCHK_INPUT, "N C D..."),
    [GAMMA] = GAIN("gamma", "C"),
    [BETA] = TENSOR("beta", GCHK_PARAMETER, "C"),
    [Y] = GCHK_TENSOR("y", GCHK_OUTPUT, "N C D..."),
    [MEAN] = GCHK_TENSOR("mean", GCHK_CACHE, "N groups"),
    [RSTD] = GCHK_TENSOR("rstd", GCHK_CACHE, "N groups"),
};

static const gchk_option_spec options[] = {[EPS] = EPS_OPTION(1e-5, "added to the variance")};

LANES_OF_GROUPS(group_norm, groups_of)

DECLARE_LAYER(group_norm);
const gchk_layer LAYER(group_norm) = {
    LAYER_HEAD(group_norm, "group_norm"),
    GCHK_TENSORS(tensors),
    GCHK_OPTION_TABLE(options),
    .sizes = "N=2 C=6 D=3x2 groups=3",
    .rowwise = "N",
    .sizes_require = "C%groups==0",
    .forward = forward,
    .backward = backward,
    .lanes = LANES(group_norm),
};
