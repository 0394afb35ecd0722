/*
 * rms_norm: every sample (or token) is divided by its root mean square over the last axis.
 *
 *     rms_norm: { x: a, gamma: g, eps: 1e-6 }        eps is 1e-5 unless it is given
 *
 *     x, y (S..., C),  gamma (C),  rstd (S...) a cache
 *
 *     rstd  = 1/sqrt(sum x^2/C + eps),  xhat = x rstd,  y = gamma xhat
 *     dxhat = dy gamma,  dgamma = sum dy xhat,  dx = rstd (dxhat - xhat sum(dxhat xhat)/C)
 *
 * Zhang and Sennrich, Root mean square layer normalization (NeurIPS 2019).
 */
#include <string.h>

#include "layers/lanes_norm.h"
#include "layers/lanes_rows.h"
#include "layers/real.h"

enum { X, GAMMA, Y, RSTD };
enum { EPS };

static gchk_status forward(const gchk_call *call, gchk_error *error) {
  (void)error;
  const size_t channels = call->t[GAMMA].count;
  const real *x = call->t[X].value, *gamma = call->t[GAMMA].value;
  real *y = call->t[Y].value, *rstd = call->t[RSTD].value;
  for (size_t row = 0; row < call->t[RSTD].count; row++, x += channels, y += channels) {
    real squares = 0;
    for (size_t c = 0; c < channels; c++)
      squares += x[c] * x[c];
    rstd[row] = 1 / real_sqrt(squares / (real)channels + (real)call->option[EPS]);
    for (size_t c = 0; c < channels; c++)
      y[c] = gamma[c] * (x[c] * rstd[row]);
  }
  return GCHK_OK;
}

static gchk_status backward(const gchk_call *call, gchk_error *error) {
  (void)error;
  const size_t channels = call->t[GAMMA].count;
  const real *x = call->t[X].value, *gamma = call->t[GAMMA].value, *dy = call->t[Y].grad, *rstd = call->t[RSTD].value;
  real *dx = call->t[X].grad, *dgamma = call->t[GAMMA].grad;
  memset(dgamma, 0, channels * sizeof(real));
  for (size_t row = 0; row < call->t[RSTD].count; row++, x += channels, dy += channels, dx += channels) {
    real by_size = 0; // sum(dxhat xhat)/C: the gradient by way of the root mean square
    for (size_t c = 0; c < channels; c++) {
      dgamma[c] += dy[c] * (x[c] * rstd[row]);
      by_size += dy[c] * gamma[c] * (x[c] * rstd[row]);
    }
    by_size /= (real)channels;
    for (size_t c = 0; c < channels; c++)
      dx[c] = rstd[row] * (dy[c] * gamma[c] - x[c] * rstd[row] * by_size);
  }
  return GCHK_OK;
}

#if !GCHK_REAL_IS_FLOAT
static gchk_lane_norm lane_norm(const gchk_call *call) {
  const size_t channels = call->t[GAMMA].count;
  return (gchk_lane_norm){.kind = GCHK_NORM_SQUARES,
                          .units = call->t[X].count / gchk_lane_rows(&call->t[X]),
                          .n = channels,
                          .inner = 1,
                          .channels = channels,
                          .gamma = call->t[GAMMA].value,
                          .x = call->t[X].value,
                          .y = call->t[Y].value,
                          .eps = call->option[EPS]};
}

static double lane_factor(const gchk_call *call, size_t row, size_t unit) {
  const double *x = call->t[X].value, *rstd = call->t[RSTD].value;
  return x[row * call->t[GAMMA].count + unit] * rstd[row];
}

static bool lane_head(const gchk_call *call, size_t tensor, gchk_lane_head *head) {
  const gchk_lane_norm s = lane_norm(call);
  return tensor == GAMMA && gchk_lanes_norm_head(&s, lane_factor, head);
}

NORM_LANES(gchk_rms_norm_lanes, lane_head)
#endif

static const gchk_tensor_spec tensors[] = {
    [X] = TENSOR("x", GCHK_INPUT, "S... C"),
    [GAMMA] = TENSOR("gamma", GCHK_PARAMETER, "C", .fill = {.kind = GCHK_FILL_POSITIVE}),
    [Y] = GCHK_TENSOR("y", GCHK_OUTPUT, "S... C"),
    [RSTD] = GCHK_TENSOR("rstd", GCHK_CACHE, "S..."),
};

static const gchk_option_spec options[] = {
    [EPS] = {.name = "eps", .initial = 1e-5, .minimum = 0, .maximum = 1, .doc = "added to the mean square"},
};

DECLARE_LAYER(rms_norm);
const gchk_layer LAYER(rms_norm) = {
    LAYER_HEAD(rms_norm, "rms_norm"),
    GCHK_TENSORS(tensors),
    GCHK_OPTION_TABLE(options),
    .sizes = "S=2x3 C=7",
    .rowwise = "S",
    .forward = forward,
    .backward = backward,
    .lanes = LANES(rms_norm),
};
