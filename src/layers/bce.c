/*
 * bce: binary cross-entropy of probabilities, the mean of -(t log(x) + (1 - t) log(1 - x)).
 *
 *     bce: { x: probability, t: target }        both of one shape, x between 0 and 1; the loss is a scalar
 *
 *     dx = (x - t)/(x (1 - x))/n dloss,  dt = (log(1 - x) - log(x))/n dloss
 *
 * Nothing is clamped, where torch's binary_cross_entropy holds the logarithms above -100: at x = 0 and x = 1 the loss
 * may be infinite. For scores in place of probabilities: bce_with_logits.
 */
#include "layers/pointwise_loss.h"

static real formula(term e) {
  // 0 log(0) is 0
  const real hit = e.t == 0 ? 0 : e.t * real_log(e.x), miss = e.t == 1 ? 0 : (1 - e.t) * real_log1p(-e.x);
  return -(hit + miss);
}

static real by_x(term e) {
  return (e.x - e.t) / (e.x * (1 - e.x));
}

static real by_t(term e) {
  return real_log1p(-e.x) - real_log(e.x);
}

TERMS(call->t[X].count)

static const gchk_tensor_spec tensors[] =
    LOSS_TENSORS(TENSOR("x", GCHK_INPUT, "S...", .fill = {.kind = GCHK_FILL_UNIFORM, .a = 0.1, .b = 0.9}),
                 TENSOR("t", GCHK_INPUT, "S...", .fill = {.kind = GCHK_FILL_UNIFORM, .a = 0, .b = 1}));

ONLY_SUM_OPTION;

DECLARE_LAYER(bce);
const gchk_layer LAYER(bce) = {LAYER_HEAD(bce, "bce"), LOSS(tensors, "S=3x5")};
