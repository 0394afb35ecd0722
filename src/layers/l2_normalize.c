/*
 * l2_normalize: every row along the last axis is divided by its length.
 *
 *     l2_normalize: { x: a, eps: 1e-6 }        eps is 1e-12 unless it is given
 *
 *     x, y (S..., C),  length (S...) a cache
 *
 *     length = sqrt(sum x^2),  y = x/max(length, eps)
 *     dx     = (dy - y sum(dy y))/length;        where the length is below eps, y = x/eps and dx = dy/eps
 *
 * torch's normalize(p=2, dim=-1) is the same.
 */
#include "layers/lanes_norm.h"
#include "layers/lanes_rows.h"
#include "layers/real.h"

enum { X, Y, LENGTH };
enum { EPS };

static gchk_status forward(const gchk_call *call, gchk_error *error) {
  (void)error;
  const size_t channels = gchk_size(call, "C");
  const real eps = (real)call->option[EPS], *x = call->t[X].value;
  real *y = call->t[Y].value, *length = call->t[LENGTH].value;
  for (size_t row = 0; row < call->t[LENGTH].count; row++, x += channels, y += channels) {
    real squares = 0;
    for (size_t c = 0; c < channels; c++)
      squares += x[c] * x[c];
    length[row] = real_sqrt(squares);
    for (size_t c = 0; c < channels; c++)
      y[c] = x[c] / (length[row] > eps ? length[row] : eps);
  }
  return GCHK_OK;
}

static gchk_status backward(const gchk_call *call, gchk_error *error) {
  (void)error;
  const size_t channels = gchk_size(call, "C");
  const real eps = (real)call->option[EPS], *y = call->t[Y].value, *dy = call->t[Y].grad;
  const real *length = call->t[LENGTH].value;
  real *dx = call->t[X].grad;
  for (size_t row = 0; row < call->t[LENGTH].count; row++, y += channels, dy += channels, dx += channels) {
    real by_length = 0;
    for (size_t c = 0; length[row] > eps && c < channels; c++)
      by_length += dy[c] * y[c];
    for (size_t c = 0; c < channels; c++)
      dx[c] = (dy[c] - y[c] * by_length) / (length[row] > eps ? length[row] : eps);
  }
  return GCHK_OK;
}

#if !GCHK_REAL_IS_FLOAT
static gchk_lane_norm lane_norm(const gchk_call *call) {
  const size_t channels = gchk_size(call, "C");
  return (gchk_lane_norm){.kind = GCHK_NORM_LENGTH,
                          .units = call->t[X].count / gchk_lane_rows(&call->t[X]),
                          .n = channels,
                          .inner = 1,
                          .channels = channels,
                          .x = call->t[X].value,
                          .y = call->t[Y].value,
                          .eps = call->option[EPS]};
}

NORM_LANES(gchk_l2_normalize_lanes, NULL)
#endif

static const gchk_tensor_spec tensors[] = {
    [X] = TENSOR("x", GCHK_INPUT, "S... C"),
    [Y] = GCHK_TENSOR("y", GCHK_OUTPUT, "S... C"),
    [LENGTH] = GCHK_TENSOR("length", GCHK_CACHE, "S..."),
};

static const gchk_option_spec options[] = {
    [EPS] = {.name = "eps", .initial = 1e-12, .minimum = 0, .maximum = 1, .doc = "the least that is divided by"},
};

DECLARE_LAYER(l2_normalize);
const gchk_layer LAYER(l2_normalize) = {
    LAYER_HEAD(l2_normalize, "l2_normalize"),
    GCHK_TENSORS(tensors),
    GCHK_OPTION_TABLE(options),
    .sizes = "S=2x3 C=7",
    .rowwise = "S",
    .forward = forward,
    .backward = backward,
    .lanes = LANES(l2_normalize),
};
