/*
 * hinge: the mean of max(0, margin - t x), t being 1 or -1.
 *
 *     hinge: { x: score, t: sign, margin: 0.5 }        both of one shape; the margin is 1 unless it is given
 *
 *     dx = -t/n dloss and dt = -x/n dloss where t x < margin, 0 elsewhere
 *
 * At t x = margin the gradient is 0, one of the subgradients. torch has no such loss; scikit-learn's hinge_loss is the
 * same. Cortes and Vapnik, Support-vector networks (Machine Learning 20, 1995).
 */
#include "layers/pointwise_loss.h"

enum { MARGIN };

static real formula(term e) {
  const real slack = (real)e.option[MARGIN] - e.t * e.x;
  return slack > 0 ? slack : 0;
}

static real by_x(term e) {
  return e.t * e.x < (real)e.option[MARGIN] ? -e.t : 0;
}

static real by_t(term e) {
  return e.t * e.x < (real)e.option[MARGIN] ? -e.x : 0;
}

TERMS(call->t[X].count)

static const gchk_tensor_spec tensors[] = LOSS_TENSORS(
    TENSOR("x", GCHK_INPUT, "S...", .fill = {.kind = GCHK_FILL_UNIFORM, .a = -3, .b = 3}),
    TENSOR("t", GCHK_INPUT, "S...", .fill = {.kind = GCHK_FILL_UNIFORM, .a = -1, .b = 1}, .keep_away = 0.5));

static const gchk_option_spec options[] = {
    [MARGIN] = {.name = "margin",
                .initial = 1,
                .minimum = 0,
                .maximum = 1e6,
                .doc = "how far on the right side costs nothing"},
    SUM_OPTION,
};

DECLARE_LAYER(hinge);
const gchk_layer LAYER(hinge) = {LAYER_HEAD(hinge, "hinge"), LOSS(tensors, "S=3x5")};
