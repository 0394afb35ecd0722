/*
 * mse: the mean squared error, sum (x - t)^2/n over all n elements.
 *
 *     mse: { x: prediction, t: target }        both of one shape, of any rank; the loss is a scalar
 *
 *     dx = 2 (x - t)/n dloss,  dt = -dx
 */
#include "layers/pointwise_loss.h"

static real formula(term e) {
  return (e.x - e.t) * (e.x - e.t);
}

static real by_x(term e) {
  return 2 * (e.x - e.t);
}

static real by_t(term e) {
  return -2 * (e.x - e.t);
}

TERMS(call->t[X].count)

static const gchk_tensor_spec tensors[] =
    LOSS_TENSORS(TENSOR("x", GCHK_INPUT, "S..."), TENSOR("t", GCHK_INPUT, "S..."));

ONLY_SUM_OPTION;

DECLARE_LAYER(mse);
const gchk_layer LAYER(mse) = {LAYER_HEAD(mse, "mse"), LOSS(tensors, "S=3x5")};
