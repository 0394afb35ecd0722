/*
 * transpose: two axes change places: the last two, or any.
 *
 *     transpose: { x: a }                            x (S..., M, K), y (S..., K, M)
 *     transpose: { x: a, axis1: 1, axis2: 2 }        axis1 < axis2; numpy's swapaxes (the second table)
 *
 *     x (A..., M, I..., K, Z...),  y (A..., K, I..., M, Z...), A being axis1 dimensions, and I those in between
 *
 *     dx is dy, transposed back.
 */
#include <string.h>

#include "layers/real.h"

enum { X, Y };

/* to (A, K, I, M, Z) = from (A, M, I, K, Z); of the first table, A is S, and I and Z are 1 */
static void swap(const gchk_call *call, size_t m_count, size_t k_count, real *to, const real *from) {
  const bool is_last_two = gchk_size(call, "Z") == 0;
  const size_t outer = gchk_size(call, is_last_two ? "S" : "A");
  const size_t between = is_last_two ? 1 : gchk_size(call, "I"), inner = is_last_two ? 1 : gchk_size(call, "Z");
  for (size_t a = 0; a < outer; a++)
    for (size_t m = 0; m < m_count; m++)
      for (size_t b = 0; b < between; b++)
        for (size_t k = 0; k < k_count; k++, from += inner)
          memcpy(to + (((a * k_count + k) * between + b) * m_count + m) * inner, from, inner * sizeof(real));
}

static gchk_status forward(const gchk_call *call, gchk_error *error) {
  (void)error;
  swap(call, gchk_size(call, "M"), gchk_size(call, "K"), call->t[Y].value, call->t[X].value);
  return GCHK_OK;
}

static gchk_status backward(const gchk_call *call, gchk_error *error) {
  (void)error;
  swap(call, gchk_size(call, "K"), gchk_size(call, "M"), call->t[X].grad, call->t[Y].grad);
  return GCHK_OK;
}

static const gchk_tensor_spec transpose_tensors[] = {
    [X] = TENSOR("x", GCHK_INPUT, "S... M K"),
    [Y] = GCHK_TENSOR("y", GCHK_OUTPUT, "S... K M"),
};
static const gchk_tensor_spec transpose_axes_tensors[] = {
    [X] = TENSOR("x", GCHK_INPUT, "A...axis1 M I...axis2-axis1-1 K Z..."),
    [Y] = GCHK_TENSOR("y", GCHK_OUTPUT, "A...axis1 K I...axis2-axis1-1 M Z..."),
};

static const char *const axes_cases[] = {"axis1=1 axis2=2 A=2 M=3 I=() K=4 Z=5", "axis1=0 axis2=2 A=() M=3 I=2 K=3 Z=2",
                                         "axis1=0 axis2=3 A=() M=2 I=3x2 K=5 Z=()", NULL};

DECLARE_LAYER(transpose);
const gchk_layer LAYER(transpose) = {
    LAYER_HEAD(transpose, "transpose"),
    GCHK_TENSORS(transpose_tensors),
    .sizes = "S=2 M=3 K=5",
    .forward = forward,
    .backward = backward,
};

DECLARE_LAYER(transpose_axes);
const gchk_layer LAYER(transpose_axes) = {
    LAYER_HEAD(transpose_axes, "transpose"),
    GCHK_TENSORS(transpose_axes_tensors),
    .shape_cases = axes_cases,
    .sizes_require = "axis1<axis2",
    .forward = forward,
    .backward = backward,
};
