/* Matrix products of `real` by CBLAS, on dense row-major matrices. */
#ifndef GCHK_LAYERS_GEMM_H
#define GCHK_LAYERS_GEMM_H

#include <assert.h>
#include <cblas.h>
#include <limits.h>
#include <stdbool.h>

#include "layers/real.h"

#if GCHK_REAL_IS_FLOAT
#define cblas_gemm cblas_sgemm
#define cblas_gemv cblas_sgemv
#else
#define cblas_gemm cblas_dgemm
#define cblas_gemv cblas_dgemv
#endif

/* A factor of a product: rows x columns as stored, used as it is or transposed. */
typedef struct matrix {
  const real *at;
  size_t rows, columns;
  bool is_transposed;
} matrix;

/* The last two dimensions of tensor t, at the `batch`-th matrix of its buffer. */
static inline matrix matrix_of(const gchk_tensor *t, const real *buffer, size_t batch, bool is_transposed) {
  const size_t rows = t->shape.dim[t->shape.rank - 2], columns = t->shape.dim[t->shape.rank - 1];
  return (matrix){buffer + batch * rows * columns, rows, columns, is_transposed};
}

static inline matrix transposed(matrix m) {
  m.is_transposed = !m.is_transposed;
  return m;
}

/* CBLAS counts in int. */
static inline gchk_status fit_blas(size_t m, size_t n, size_t k, gchk_error *error) {
  if (m > INT_MAX || n > INT_MAX || k > INT_MAX)
    return gchk_fail(error, GCHK_INVALID, "a product of matrices (%zu,%zu) and (%zu,%zu): BLAS takes sizes up to %d", m,
                     k, k, n, INT_MAX);
  return GCHK_OK;
}

/* c = a b + beta c; with beta = 0 what c held is not read. */
static inline gchk_status multiply(real *c, matrix a, matrix b, real beta, gchk_error *error) {
  const size_t m = a.is_transposed ? a.columns : a.rows, k = a.is_transposed ? a.rows : a.columns;
  const size_t n = b.is_transposed ? b.rows : b.columns;
  assert(k == (b.is_transposed ? b.columns : b.rows));
  gchk_status status = fit_blas(m, n, k, error);
  if (status == GCHK_OK)
    cblas_gemm(CblasRowMajor, a.is_transposed ? CblasTrans : CblasNoTrans, b.is_transposed ? CblasTrans : CblasNoTrans,
               (int)m, (int)n, (int)k, 1, a.at, (int)a.columns, b.at, (int)b.columns, beta, c, (int)n);
  return status;
}

/* A vector: every so many elements of an array. */
typedef struct vector {
  const real *at;
  size_t apart;
} vector;

/* y = a x + beta y, y being every y_apart elements. */
static inline gchk_status multiply_vector(real *y, size_t y_apart, matrix a, vector x, real beta, gchk_error *error) {
  gchk_status status = fit_blas(a.rows, 1, a.columns, error);
  if (status == GCHK_OK)
    cblas_gemv(CblasRowMajor, a.is_transposed ? CblasTrans : CblasNoTrans, (int)a.rows, (int)a.columns, 1, a.at,
               (int)a.columns, x.at, (int)x.apart, beta, y, (int)y_apart);
  return status;
}

#endif
