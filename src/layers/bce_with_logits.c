/*
 * bce_with_logits: binary cross-entropy of scores, the mean of -(t log(s) + (1 - t) log(1 - s)), s = 1/(1 + exp(-x)).
 *
 *     bce_with_logits: { x: score, t: target }        both of one shape; the loss is a scalar
 *
 *     term = max(x, 0) - x t + log(1 + exp(-|x|)),  dx = (s - t)/n dloss,  dt = -x/n dloss
 */
#include "layers/logistic.h"
#include "layers/pointwise_loss.h"

static real formula(term e) {
  return (e.x > 0 ? e.x : 0) - e.x * e.t + real_log1p(real_exp(-real_abs(e.x)));
}

static real by_x(term e) {
  return logistic(e.x) - e.t;
}

static real by_t(term e) {
  return -e.x;
}

TERMS(call->t[X].count)

static const gchk_tensor_spec tensors[] =
    LOSS_TENSORS(TENSOR("x", GCHK_INPUT, "S..."),
                 TENSOR("t", GCHK_INPUT, "S...", .fill = {.kind = GCHK_FILL_UNIFORM, .a = 0, .b = 1}));

ONLY_SUM_OPTION;

DECLARE_LAYER(bce_with_logits);
const gchk_layer LAYER(bce_with_logits) = {LAYER_HEAD(bce_with_logits, "bce_with_logits"), LOSS(tensors, "S=3x5")};
