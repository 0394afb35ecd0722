/*
 * smooth_l1: the mean of d^2/(2 beta) where |d| < beta, |d| - beta/2 elsewhere, with d = x - t.
 *
 *     smooth_l1: { x: prediction, t: target, beta: 0.5 }        both of one shape; beta is 1 unless it is given
 *
 *     dx = d/beta/n dloss inside, sign(d)/n dloss outside,  dt = -dx
 *
 * Girshick, Fast R-CNN (ICCV 2015), equation 3, has beta = 1.
 */
#include "layers/pointwise_loss.h"

enum { BETA };

static real formula(term e) {
  const real d = real_abs(e.x - e.t), beta = (real)e.option[BETA];
  return d < beta ? d * d / (2 * beta) : d - beta / 2;
}

static real by_x(term e) {
  const real d = e.x - e.t, beta = (real)e.option[BETA];
  return d <= -beta ? -1 : d >= beta ? 1 : d / beta;
}

static real by_t(term e) {
  return -by_x(e);
}

TERMS(call->t[X].count)

static const gchk_tensor_spec tensors[] =
    LOSS_TENSORS(TENSOR("x", GCHK_INPUT, "S..."), TENSOR("t", GCHK_INPUT, "S..."));

static const gchk_option_spec options[] = {
    [BETA] = {.name = "beta", .initial = 1, .minimum = 1e-6, .maximum = 1e6, .doc = "where the square becomes a line"},
    SUM_OPTION,
};

DECLARE_LAYER(smooth_l1);
const gchk_layer LAYER(smooth_l1) = {LAYER_HEAD(smooth_l1, "smooth_l1"), LOSS(tensors, "S=3x5")};
