/*
 * l1: the mean absolute error, sum |x - t|/n over all n elements.
 *
 *     l1: { x: prediction, t: target }        both of one shape, of any rank; the loss is a scalar
 *
 *     dx = sign(x - t)/n dloss,  dt = -dx
 *
 * Where x = t the gradient is 0, one of the subgradients (torch's l1_loss has the same).
 */
#include "layers/pointwise_loss.h"

static real formula(term e) {
  return real_abs(e.x - e.t);
}

static real by_x(term e) {
  return (real)((e.x > e.t) - (e.x < e.t));
}

static real by_t(term e) {
  return -by_x(e);
}

TERMS(call->t[X].count)

/* |x| >= 1 and |t| <= 0.5: x - t has either sign, and is nowhere 0. */
static const gchk_tensor_spec tensors[] =
    LOSS_TENSORS(TENSOR("x", GCHK_INPUT, "S...", .fill = {.kind = GCHK_FILL_UNIFORM, .a = -2, .b = 2}, .keep_away = 1),
                 TENSOR("t", GCHK_INPUT, "S...", .fill = {.kind = GCHK_FILL_UNIFORM, .a = -0.5, .b = 0.5}));

ONLY_SUM_OPTION;

DECLARE_LAYER(l1);
const gchk_layer LAYER(l1) = {LAYER_HEAD(l1, "l1"), LOSS(tensors, "S=3x5")};
