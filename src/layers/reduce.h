/*
 * Sums along one axis, times a constant: y[a,z] = scale sum_m x[a,m,z], of an array seen as A x M x Z.
 *
 * The axis is one that is given (A...axis M Z...), or it is in the layer's name: all of x (S...), its first axis
 * (N S...), or its last (S... C).
 */
#ifndef GCHK_LAYERS_REDUCE_H
#define GCHK_LAYERS_REDUCE_H

#include "layers/real.h"

enum { X, Y };

typedef enum axis { ALL, FIRST, LAST, GIVEN } axis;

/* x as A x M x Z. */
typedef struct extents {
  size_t a, m, z;
} extents;

static inline extents extents_of(const gchk_call *call, axis along) {
  const size_t kept = call->t[Y].count, summed = call->t[X].count / kept;
  if (along == GIVEN)
    return (extents){gchk_size(call, "A"), summed, gchk_size(call, "Z")};
  return along == FIRST ? (extents){1, summed, kept} : (extents){kept, summed, 1};
}

static inline void sum_along(const gchk_call *call, axis along, bool is_mean) {
  const extents e = extents_of(call, along);
  const real scale = is_mean ? 1 / (real)e.m : 1, *x = call->t[X].value;
  real *y = call->t[Y].value;
  for (size_t a = 0; a < e.a; a++)
    for (size_t z = 0; z < e.z; z++) {
      real sum = 0;
      for (size_t m = 0; m < e.m; m++)
        sum += x[(a * e.m + m) * e.z + z];
      y[a * e.z + z] = scale * sum;
    }
}

// dx[a,m,z] = scale dy[a,z]
static inline void spread_along(const gchk_call *call, axis along, bool is_mean) {
  const extents e = extents_of(call, along);
  const real scale = is_mean ? 1 / (real)e.m : 1, *dy = call->t[Y].grad;
  real *dx = call->t[X].grad;
  for (size_t a = 0; a < e.a; a++)
    for (size_t m = 0; m < e.m; m++)
      for (size_t z = 0; z < e.z; z++)
        dx[(a * e.m + m) * e.z + z] = scale * dy[a * e.z + z];
}

/* Callbacks, table and layer `id`, which is called `name`; then its own shape cases. */
#define REDUCTION(id, name, along, is_mean, x_shape, y_shape, ...)                                                     \
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
  const gchk_layer LAYER(id) = {LAYER_HEAD(id, name), GCHK_TENSORS(id##_tensors), .forward = id##_forward,             \
                                .backward = id##_backward, __VA_ARGS__};

/* Along the axis that is given. */
static const char *const axis_cases[] = {"axis=1 A=3 M=5 Z=7", "axis=0 A=() M=4 Z=3x2", "axis=2 A=2x3 M=5 Z=()", NULL};
#define AXIS_REDUCTION(id, name, is_mean)                                                                              \
  REDUCTION(id, name, GIVEN, is_mean, "A...axis M Z...", "A...axis Z...", .shape_cases = axis_cases)

#endif
