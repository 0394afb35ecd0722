/*
 * huber: the mean of d^2/2 where |d| <= delta, delta (|d| - delta/2) elsewhere, with d = x - t.
 *
 *     huber: { x: prediction, t: target, delta: 0.5 }        both of one shape; delta is 1 unless it is given
 *
 *     dx = d/n dloss inside, delta sign(d)/n dloss outside,  dt = -dx
 *
 * Huber, Robust estimation of a location parameter (Annals of Mathematical Statistics 35(1), 1964). smooth_l1 is this
 * divided by delta.
 */
#include "layers/pointwise_loss.h"

enum { DELTA };

static real formula(term e) {
  const real d = real_abs(e.x - e.t), delta = (real)e.option[DELTA];
  return d <= delta ? d * d / 2 : delta * (d - delta / 2);
}

static real by_x(term e) {
  const real d = e.x - e.t, delta = (real)e.option[DELTA];
  return d < -delta ? -delta : d > delta ? delta : d;
}

static real by_t(term e) {
  return -by_x(e);
}

TERMS(call->t[X].count)

static const gchk_tensor_spec tensors[] =
    LOSS_TENSORS(TENSOR("x", GCHK_INPUT, "S..."), TENSOR("t", GCHK_INPUT, "S..."));

static const gchk_option_spec options[] = {
    [DELTA] =
        {.name = "delta", .initial = 1, .minimum = 1e-6, .maximum = 1e6, .doc = "where the square becomes a line"},
    SUM_OPTION,
};

DECLARE_LAYER(huber);
const gchk_layer LAYER(huber) = {LAYER_HEAD(huber, "huber"), LOSS(tensors, "S=3x5")};
