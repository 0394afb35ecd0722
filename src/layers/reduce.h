/*
 * Sums along one axis, times a constant: y[a,b] = scale sum_m x[a,m,b], of an array seen as A x M x B.
 *
 * The axis is in the name of the layer, for a shape cannot depend on an option: all of x (S...), its first axis
 * (N S...), or its last (S... C).
 */
#ifndef GCHK_LAYERS_REDUCE_H
#define GCHK_LAYERS_REDUCE_H

#include "layers/real.h"

enum { X, Y };

typedef enum axis { ALL, FIRST, LAST } axis;

/* x as A x M x B. */
typedef struct extents {
  size_t a, m, b;
} extents;

static inline extents extents_of(const gchk_call *call, axis along) {
  const size_t kept = call->t[Y].count, summed = call->t[X].count / kept;
  return along == FIRST ? (extents){1, summed, kept} : (extents){kept, summed, 1};
}

static inline void sum_along(const gchk_call *call, axis along, bool is_mean) {
  const extents e = extents_of(call, along);
  const real scale = is_mean ? 1 / (real)e.m : 1, *x = call->t[X].value;
  real *y = call->t[Y].value;
  for (size_t a = 0; a < e.a; a++)
    for (size_t b = 0; b < e.b; b++) {
      real sum = 0;
      for (size_t m = 0; m < e.m; m++)
        sum += x[(a * e.m + m) * e.b + b];
      y[a * e.b + b] = scale * sum;
    }
}

// dx[a,m,b] = scale dy[a,b]
static inline void spread_along(const gchk_call *call, axis along, bool is_mean) {
  const extents e = extents_of(call, along);
  const real scale = is_mean ? 1 / (real)e.m : 1, *dy = call->t[Y].grad;
  real *dx = call->t[X].grad;
  for (size_t a = 0; a < e.a; a++)
    for (size_t m = 0; m < e.m; m++)
      for (size_t b = 0; b < e.b; b++)
        dx[(a * e.m + m) * e.b + b] = scale * dy[a * e.b + b];
}

/* Callbacks, table and layer `id`; `own` are the sizes of its own case. */
#define REDUCTION(id, along, is_mean, x_shape, y_shape, own)                                                           \
  static gchk_status id##_forward(const gchk_call *call, gchk_error *error) {                                          \
    (void)error;                                                                                                       \
    sum_along(call, along, is_mean);                                                                                   \
    return GCHK_OK;                                                                                                    \
  }                                                                                                                    \
  static gchk_status id##_backward(const gchk_call *call, gchk_error *error) {                                         \
    (void)error;                                                                                                       \
    spread_along(call, along, is_mean);                                                                                \
    return GCHK_OK;                                                                                                    \
  }                                                                                                                    \
  static const gchk_tensor_spec id##_tensors[] = {                                                                     \
      [X] = TENSOR("x", GCHK_INPUT, x_shape), [Y] = GCHK_TENSOR("y", GCHK_OUTPUT, y_shape)};                           \
  DECLARE_LAYER(id);                                                                                                   \
  const gchk_layer LAYER(id) = {LAYER_HEAD(id, #id), GCHK_TENSORS(id##_tensors), .sizes = own,                         \
                                .forward = id##_forward, .backward = id##_backward};

#endif
