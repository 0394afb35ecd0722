/*
 * avg_pool: y = the mean of each window.
 *
 *     avg_pool: { x: a, kernel: 3, stride: 2, padding: 1, ceil: 1, count_include_pad: 0 }
 *     avg_pool: { x: a, KH: 2, KW: 3 }
 *
 *     x (N, C, H, W),  y (N, C, Ho, Wo);        sizes and windows: pool.h
 *
 *     y = sum x/d,  dx += dy/d for every element of the window
 *
 * The divisor d is the number of elements of the window within the image and its padding; with count_include_pad = 0,
 * of those within the image. What ceil = 1 puts behind the padding never counts. torch's avg_pool2d has the same.
 */
#include "layers/pool.h"

enum { COUNT_INCLUDE_PAD };

static real divisor(const gchk_call *call, window w) {
  const size_t inside = (w.end_row - w.first_row) * (w.end_column - w.first_column);
  return (real)(call->option[COUNT_INCLUDE_PAD] != 0 ? w.padded : inside);
}

static real pool(const gchk_call *call, const real *x, window w, size_t columns) {
  real sum = 0;
  for (size_t i = w.first_row; i < w.end_row; i++)
    for (size_t j = w.first_column; j < w.end_column; j++)
      sum += x[w.plane + i * columns + j];
  return sum / divisor(call, w);
}

static gchk_status backward(const gchk_call *call, gchk_error *error) {
  (void)error;
  const pooling p = pooling_of(call);
  const real *dy = call->t[Y].grad;
  real *dx = call->t[X].grad;
  memset(dx, 0, call->t[X].count * sizeof(real));
  for (size_t at = 0; at < call->t[Y].count; at++) {
    const window w = window_of(&p, at);
    const real part = dy[at] / divisor(call, w);
    for (size_t i = w.first_row; i < w.end_row; i++)
      for (size_t j = w.first_column; j < w.end_column; j++)
        dx[w.plane + i * p.columns.in + j] += part;
  }
  return GCHK_OK;
}

static const gchk_tensor_spec tensors[] = POOL_TENSORS(.fill = {.kind = GCHK_FILL_NORMAL});

static const gchk_option_spec options[] = {
    [COUNT_INCLUDE_PAD] = {.name = "count_include_pad",
                           .initial = 1,
                           .minimum = 0,
                           .maximum = 1,
                           .doc = "1: the padding counts in the divisor; 0: it does not"},
};

DECLARE_LAYER(avg_pool);
const gchk_layer LAYER(avg_pool) = {
    LAYER_HEAD(avg_pool, "avg_pool"), GCHK_TENSORS(tensors),          GCHK_OPTION_TABLE(options),
    .shape_cases = pool_cases,        .sizes_default = POOL_DEFAULTS, .forward = forward,
    .sizes_require = POOL_REQUIRES,   .backward = backward,           .update = update,
};
