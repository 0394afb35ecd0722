/*
 * max_pool: y = the largest element of each window.
 *
 *     max_pool: { x: a, kernel: 3, stride: 2, padding: 1, ceil: 1 }
 *     max_pool: { x: a, KH: 2, KW: 3 }
 *
 *     x (N, C, H, W),  y (N, C, Ho, Wo);        sizes and windows: pool.h
 *
 * The gradient of an output goes to the element that was the largest: to the first of them, row by row, where several
 * are (torch's max_pool2d has the same), which is one of the subgradients. Padding is never the largest.
 */
#include "layers/pool.h"

/* Where the largest element of the window is. */
static size_t largest_in(const real *x, window w, size_t columns) {
  size_t largest = w.plane + w.first_row * columns + w.first_column;
  for (size_t i = w.first_row; i < w.end_row; i++)
    for (size_t j = w.first_column; j < w.end_column; j++)
      if (x[w.plane + i * columns + j] > x[largest])
        largest = w.plane + i * columns + j;
  return largest;
}

/* The largest element itself: what largest_in finds, by no branches. */
static real pool(const gchk_call *call, const real *x, window w, size_t columns) {
  (void)call;
  const real *row = x + w.plane + w.first_row * columns;
  real largest = row[w.first_column];
  for (size_t i = w.first_row; i < w.end_row; i++, row += columns)
    for (size_t j = w.first_column; j < w.end_column; j++)
      largest = row[j] > largest ? row[j] : largest;
  return largest;
}

static gchk_status backward(const gchk_call *call, gchk_error *error) {
  (void)error;
  const pooling p = pooling_of(call);
  const real *x = call->t[X].value, *dy = call->t[Y].grad;
  real *dx = call->t[X].grad;
  memset(dx, 0, call->t[X].count * sizeof(real));
  for (size_t at = 0; at < call->t[Y].count; at++) // windows overlap
    dx[largest_in(x, window_of(&p, at), p.columns.in)] += dy[at];
  return GCHK_OK;
}

static const gchk_tensor_spec tensors[] = POOL_TENSORS(.fill = {.kind = GCHK_FILL_DISTINCT});

DECLARE_LAYER(max_pool);
const gchk_layer LAYER(max_pool) = {
    LAYER_HEAD(max_pool, "max_pool"), GCHK_TENSORS(tensors), .shape_cases = pool_cases, .sizes_default = POOL_DEFAULTS,
    .sizes_require = POOL_REQUIRES,   .forward = forward,    .backward = backward,      .update = update,
};
