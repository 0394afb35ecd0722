/*
 * matmul: y = a b, the product of matrices (the node "dot" of the source documents), and with one or both transposed.
 *
 *     matmul:    { a: x, b: W }        a (B..., M, K), b (B..., K, N)
 *     matmul_tn: { a: x, b: W }        a (B..., K, M), b (B..., K, N): y = a^T b
 *     matmul_nt: { a: x, b: W }        a (B..., M, K), b (B..., N, K): y = a b^T
 *     matmul_tt: { a: x, b: W }        a (B..., K, M), b (B..., N, K): y = a^T b^T
 *
 *     y (B..., M, N): a product for each of the leading dimensions, of which there may be none
 *
 *     da = dy b^T,  db = a^T dy        where neither is transposed
 *
 * and the gradient of a transposed factor is the transpose of that.
 */
#include "layers/gemm.h"

enum { A, B, Y };

static inline size_t batches_of(const gchk_tensor *t) {
  return t->count / (t->shape.dim[t->shape.rank - 2] * t->shape.dim[t->shape.rank - 1]);
}

/* Row m of a factor as it is used. */
static inline vector line_of(matrix a, size_t m) {
  return a.is_transposed ? (vector){a.at + m, a.columns} : (vector){a.at + m * a.columns, 1};
}

static inline gchk_status forward(const gchk_call *call, bool a_is_t, bool b_is_t, gchk_error *error) {
  const gchk_tensor *y = &call->t[Y];
  for (size_t i = 0; i < batches_of(y); i++) {
    real *out = y->value;
    GCHK_TRY(multiply(out + i * (y->count / batches_of(y)), matrix_of(&call->t[A], call->t[A].value, i, a_is_t),
                      matrix_of(&call->t[B], call->t[B].value, i, b_is_t), 0, error));
  }
  return GCHK_OK;
}

static inline gchk_status backward(const gchk_call *call, bool a_is_t, bool b_is_t, gchk_error *error) {
  const gchk_tensor *y = &call->t[Y];
  const size_t batches = batches_of(y);
  for (size_t i = 0; i < batches; i++) {
    real *da = (real *)call->t[A].grad + i * (call->t[A].count / batches);
    real *db = (real *)call->t[B].grad + i * (call->t[B].count / batches);
    const matrix a = matrix_of(&call->t[A], call->t[A].value, i, a_is_t);
    const matrix b = matrix_of(&call->t[B], call->t[B].value, i, b_is_t);
    const matrix dy = matrix_of(y, y->grad, i, false);
    // da = dy b^T; of a^T: b dy^T
    GCHK_TRY(a_is_t ? multiply(da, b, transposed(dy), 0, error) : multiply(da, dy, transposed(b), 0, error));
    // db = a^T dy; of b^T: dy^T a
    GCHK_TRY(b_is_t ? multiply(db, transposed(dy), a, 0, error) : multiply(db, transposed(a), dy, 0, error));
  }
  return GCHK_OK;
}

/* a[m,k] changes row m of y, b[k,n] column n: a row of a, or a column of b, times the other factor. */
static inline gchk_status update(const gchk_call *call, bool a_is_t, bool b_is_t, size_t tensor, size_t element,
                                 gchk_error *error) {
  const gchk_tensor *y = &call->t[Y], *t = &call->t[tensor];
  const size_t batch = element / (t->count / batches_of(y)), at = element % (t->count / batches_of(y));
  const size_t rows = y->shape.dim[y->shape.rank - 2], columns = y->shape.dim[y->shape.rank - 1];
  const matrix a = matrix_of(&call->t[A], call->t[A].value, batch, a_is_t);
  const matrix b = matrix_of(&call->t[B], call->t[B].value, batch, b_is_t);
  real *out = (real *)y->value + batch * rows * columns;
  if (tensor == A) {
    const size_t m = a_is_t ? at % a.columns : at / a.columns;
    return multiply_vector(out + m * columns, 1, transposed(b), line_of(a, m), 0, error);
  }
  const size_t n = b_is_t ? at / b.columns : at % b.columns;
  return multiply_vector(out + n, columns, a, line_of(transposed(b), n), 0, error);
}

#define MATMUL(id, a_is_t, b_is_t, a_shape, b_shape)                                                                   \
  static gchk_status id##_forward(const gchk_call *call, gchk_error *error) {                                          \
    return forward(call, a_is_t, b_is_t, error);                                                                       \
  }                                                                                                                    \
  static gchk_status id##_backward(const gchk_call *call, gchk_error *error) {                                         \
    return backward(call, a_is_t, b_is_t, error);                                                                      \
  }                                                                                                                    \
  static gchk_status id##_update(const gchk_call *call, size_t tensor, size_t element, bool *done,                     \
                                 gchk_error *error) {                                                                  \
    *done = true;                                                                                                      \
    return update(call, a_is_t, b_is_t, tensor, element, error);                                                       \
  }                                                                                                                    \
  static const gchk_tensor_spec id##_tensors[] = {                                                                     \
      [A] = TENSOR("a", GCHK_INPUT, a_shape, .update_operations = "2*K*N"),                                            \
      [B] = TENSOR("b", GCHK_INPUT, b_shape, .update_operations = "2*M*K"),                                            \
      [Y] = GCHK_TENSOR("y", GCHK_OUTPUT, "B... M N")};                                                                \
  DECLARE_LAYER(id);                                                                                                   \
  const gchk_layer LAYER(id) = {LAYER_HEAD(id, #id),      GCHK_TENSORS(id##_tensors), .sizes = "B=2 M=3 K=5 N=4",      \
                                .forward = id##_forward,  .backward = id##_backward,  .update = id##_update,           \
                                .operations = "2*B*M*K*N"};

MATMUL(matmul, false, false, "B... M K", "B... K N")
MATMUL(matmul_tn, true, false, "B... K M", "B... K N")
MATMUL(matmul_nt, false, true, "B... M K", "B... N K")
MATMUL(matmul_tt, true, true, "B... K M", "B... N K")
