/*
 * affine: y = x W + b, and linear: y = x W^T + b, for every sample of a batch.
 *
 *     affine: { x: pixels, W: W1, b: b1, units: 50 }
 *     linear: { x: pixels, W: W1, b: b1, units: 30 }
 *
 *     affine:  x (N, inputs...), W (inputs, units)   a sample has any shape and is flattened, its gradient is not
 *     linear:  x (N, inputs),    W (units, inputs)   the layout of document 003 and of PyTorch's Linear
 *     both:    b (units), y (N, units)
 *
 * Each has two more tables, which are taken where the shapes of the values say so: b as a row, (1, units), as document
 * 003 has it; and one sample as a vector, x (inputs) and y (units), as document 002 has it.
 *
 * One kernel: what differs is the orientation of W, a constant in every call below, and the tables. The gradient of b
 * is a sum over the batch, not a mean. Where x is mostly zeros, affine leaves them out of x W and x^T dy; linear, whose
 * W has the weights of an input far apart, does not.
 */
#include <string.h>

#include "layers/column.h"
#include "layers/gemm.h"
#include "layers/lanes_product.h"
#include "layers/sparse_product.h"

enum { X, W, B, Y };

/* Where the weights of one unit are: in a column of W (affine) or in a row (linear). */
typedef enum orientation { UNIT_IS_COLUMN, UNIT_IS_ROW } orientation;

/* N, D, U: samples, inputs of one (flattened), units. */
static inline sparse_sizes sizes_of(const gchk_call *call, orientation unit) {
  const size_t *w = call->t[W].shape.dim;
  const size_t u = unit == UNIT_IS_COLUMN ? w[1] : w[0];
  return (sparse_sizes){.n = call->t[Y].count / u, .d = unit == UNIT_IS_COLUMN ? w[0] : w[1], .u = u};
}

/* W as a factor D x U, in whichever way it is stored; and the same matrix transposed. */
static inline matrix weights(const real *w, sparse_sizes s, orientation unit) {
  return unit == UNIT_IS_COLUMN ? (matrix){w, s.d, s.u, false} : (matrix){w, s.u, s.d, true};
}

/* y += x W */
static inline gchk_status add_product(real *y, const real *x, const real *w, sparse_sizes s, orientation unit,
                                      gchk_error *error) {
  if (unit == UNIT_IS_ROW || !is_sparse(x, s) || !REAL(are_finite)(w, s.d * s.u))
    return multiply(y, (matrix){x, s.n, s.d, false}, weights(w, s, unit), 1, error);
  add_sparse_product(y, x, w, s);
  return GCHK_OK;
}

/* dW = x^T dy; where a unit is a row, its transpose dy^T x */
static inline gchk_status outer_product(real *dw, matrix x, matrix dy, sparse_sizes s, orientation unit,
                                        gchk_error *error) {
  if (unit == UNIT_IS_ROW)
    return multiply(dw, transposed(dy), x, 0, error);
  if (!is_sparse(x.at, s) || !REAL(are_finite)(dy.at, s.n * s.u))
    return multiply(dw, transposed(x), dy, 0, error);
  sparse_outer_product(dw, x.at, dy.at, s);
  return GCHK_OK;
}

static inline gchk_status forward(const gchk_call *call, orientation unit, gchk_error *error) {
  const sparse_sizes s = sizes_of(call, unit);
  const real *x = call->t[X].value, *w = call->t[W].value, *b = call->t[B].value;
  real *y = call->t[Y].value;
  for (size_t n = 0; n < s.n; n++)
    memcpy(y + n * s.u, b, s.u * sizeof(real));
  return add_product(y, x, w, s, unit, error);
}

static inline gchk_status backward(const gchk_call *call, orientation unit, gchk_error *error) {
  const sparse_sizes s = sizes_of(call, unit);
  const real *w = call->t[W].value;
  const matrix x = {call->t[X].value, s.n, s.d, false}, dy = {call->t[Y].grad, s.n, s.u, false};
  real *dx = call->t[X].grad, *dw = call->t[W].grad, *db = call->t[B].grad;
  // db = sum_n dy[n]
  memcpy(db, dy.at, s.u * sizeof(real));
  for (size_t n = 1; n < s.n; n++)
    for (size_t j = 0; j < s.u; j++)
      db[j] += dy.at[n * s.u + j];
  gchk_status status = outer_product(dw, x, dy, s, unit, error);
  // dx = dy W^T
  if (status == GCHK_OK && dx != NULL)
    status = multiply(dx, dy, transposed(weights(w, s, unit)), 0, error);
  return status;
}

static inline gchk_status update(const gchk_call *call, orientation unit, size_t tensor, size_t element,
                                 gchk_error *error) {
  const sparse_sizes s = sizes_of(call, unit);
  const real *x = call->t[X].value, *w = call->t[W].value, *b = call->t[B].value;
  real *y = call->t[Y].value;
  if (tensor == X) {
    // x[n,k] changes row n: y[n] = W^T x[n] + b
    const size_t n = element / s.d;
    memcpy(y + n * s.u, b, s.u * sizeof(real));
    return multiply_vector(y + n * s.u, 1, transposed(weights(w, s, unit)), (vector){x + n * s.d, 1}, 1, error);
  }
  // a weight of unit j and b[j] change column j of y
  const size_t j = tensor == B ? element : unit == UNIT_IS_COLUMN ? element % s.u : element / s.d;
  const strided of_unit = unit == UNIT_IS_COLUMN ? (strided){w + j, s.u} : (strided){w + j * s.d, 1};
  column(y + j, s.u, x, s.n, s.d, of_unit, b[j]);
  return GCHK_OK;
}

/* The callbacks of one orientation: name_forward, name_backward, name_update. */
#define CALLBACKS(name, unit)                                                                                          \
  static gchk_status name##_forward(const gchk_call *call, gchk_error *error) {                                        \
    return forward(call, unit, error);                                                                                 \
  }                                                                                                                    \
  static gchk_status name##_backward(const gchk_call *call, gchk_error *error) {                                       \
    return backward(call, unit, error);                                                                                \
  }                                                                                                                    \
  static gchk_status name##_update(const gchk_call *call, size_t tensor, size_t element, bool *done,                   \
                                   gchk_error *error) {                                                                \
    *done = true;                                                                                                      \
    return update(call, unit, tensor, element, error);                                                                 \
  }
CALLBACKS(affine, UNIT_IS_COLUMN)
CALLBACKS(linear, UNIT_IS_ROW)

/* Weights of 0.1 keep the sums of some hundred inputs of size 1 small enough for whatever follows. */
#define ROWS(n, x_shape, w_shape, b_shape, y_shape)                                                                    \
  {                                                                                                                    \
    [X] = TENSOR("x", GCHK_INPUT, x_shape, .grad_may_be_null = true, .update_operations = "2*inputs*units"),           \
    [W] = TENSOR("W", GCHK_PARAMETER, w_shape, .fill = {.kind = GCHK_FILL_NORMAL, .b = 0.1},                           \
                 .update_operations = n "2*inputs"),                                                                   \
    [B] = TENSOR("b", GCHK_PARAMETER, b_shape, .fill = {.kind = GCHK_FILL_NORMAL, .b = 0.1},                           \
                 .update_operations = n "2*inputs"),                                                                   \
    [Y] = GCHK_TENSOR("y", GCHK_OUTPUT, y_shape),                                                                      \
  }

/* A layer called `name`, with the callbacks of that name; n is "N*" where there are samples. */
#define PRODUCT(id, name, own_sizes, n, x_shape, w_shape, b_shape, y_shape)                                            \
  static const gchk_tensor_spec id##_tensors[] = ROWS(n, x_shape, w_shape, b_shape, y_shape);                          \
  DECLARE_LAYER(id);                                                                                                   \
  const gchk_layer LAYER(id) = {LAYER_HEAD(id, #name),                                                                 \
                                GCHK_TENSORS(id##_tensors),                                                            \
                                .sizes = own_sizes,                                                                    \
                                .forward = name##_forward,                                                             \
                                .backward = name##_backward,                                                           \
                                .update = name##_update,                                                               \
                                .operations = n "2*inputs*units",                                                      \
                                .lanes = LANES(name)};

PRODUCT(affine, affine, "N=3 inputs=5x7 units=9", "N*", "N inputs...", "inputs units", "units", "N units")
PRODUCT(affine_row, affine, "N=3 inputs=5x7 units=9", "N*", "N inputs...", "inputs units", "1 units", "N units")
PRODUCT(affine_sample, affine, "inputs=7 units=5", "", "inputs", "inputs units", "units", "units")
PRODUCT(linear, linear, "N=3 inputs=7 units=5", "N*", "N inputs", "units inputs", "units", "N units")
PRODUCT(linear_row, linear, "N=3 inputs=7 units=5", "N*", "N inputs", "units inputs", "1 units", "N units")
PRODUCT(linear_sample, linear, "inputs=7 units=5", "", "inputs", "units inputs", "units", "units")
