/*
 * kl_div: the Kullback-Leibler divergence of targets from predictions, the mean over the batch of sum t (log(t) - x).
 *
 *     kl_div: { x: log_probability, t: target }
 *
 *     x, t (N, D...)        logarithms of probabilities, and probabilities; the loss is a scalar
 *
 *     dx = -t/N dloss,  dt = (log(t) + 1 - x)/N dloss
 *
 * It is divided by the batch N alone (torch's reduction='batchmean'), which makes it a mean of divergences. A target of
 * 0 has a term of 0.
 */
#include "layers/pointwise_loss.h"

static real formula(term e) {
  return e.t == 0 ? 0 : e.t * (real_log(e.t) - e.x);
}

static real by_x(term e) {
  return -e.t;
}

static real by_t(term e) {
  return real_log(e.t) + 1 - e.x;
}

TERMS(call->t[X].shape.dim[0])

static const gchk_tensor_spec tensors[] =
    LOSS_TENSORS(TENSOR("x", GCHK_INPUT, "N D..."),
                 TENSOR("t", GCHK_INPUT, "N D...", .fill = {.kind = GCHK_FILL_UNIFORM, .a = 0.1, .b = 0.9}));

ONLY_SUM_OPTION;

DECLARE_LAYER(kl_div);
const gchk_layer LAYER(kl_div) = {LAYER_HEAD(kl_div, "kl_div"), LOSS(tensors, "N=3 D=5")};
