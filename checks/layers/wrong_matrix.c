/* Mistakes in the gradients of layers that multiply matrices, sum along an axis, or move elements about. */
#include "layers/wrong_twins.h"

enum { MOST = 256 };

static void bias_of_last_sample(const gchk_call *c) {
  const gchk_tensor *b = tensor_called(c, "b"), *y = tensor_called(c, "y");
  for (size_t j = 0; j < b->count; j++)
    set_grad(b, j, grad_of(y, y->count - b->count + j));
}

static void bias_is_a_mean(const gchk_call *c) {
  const gchk_tensor *b = tensor_called(c, "b"), *y = tensor_called(c, "y");
  for (size_t j = 0; j < b->count; j++)
    set_grad(b, j, grad_of(b, j) * (double)b->count / (double)y->count);
}

static void bias_is_halved(const gchk_call *c) {
  const gchk_tensor *b = tensor_called(c, "b");
  for (size_t j = 0; j < b->count; j++)
    set_grad(b, j, grad_of(b, j) / 2);
}

/* The gradient of the first factor is laid out as its transpose. */
static void laid_out_transposed(const gchk_call *c) {
  const gchk_tensor *a = &c->t[0];
  const size_t rows = a->shape.dim[a->shape.rank - 2], columns = a->shape.dim[a->shape.rank - 1];
  double matrix[MOST];
  for (size_t at = 0; at < a->count; at += rows * columns) {
    for (size_t i = 0; i < rows * columns; i++)
      matrix[i] = grad_of(a, at + i);
    for (size_t i = 0; i < rows * columns; i++)
      set_grad(a, at + i, matrix[i % rows * columns + i / rows]);
  }
}

/* Only the first of the leading dimensions adds to the gradient of the second factor. */
static void first_of_the_batch(const gchk_call *c) {
  const gchk_tensor *b = &c->t[1];
  for (size_t i = gchk_size(c, "K") * gchk_size(c, "N"); i < b->count; i++)
    set_grad(b, i, 0);
}

/* i/n for i%n, or the other way around: element i takes the upstream gradient of another. */
static void index_divided(const gchk_call *c) {
  const gchk_tensor *x = &c->t[0], *y = &c->t[1];
  for (size_t i = 0; i < x->count; i++)
    set_grad(x, i, grad_of(y, i / (x->count / y->count)));
}

static void index_modulo(const gchk_call *c) {
  const gchk_tensor *x = &c->t[0], *y = &c->t[1];
  for (size_t i = 0; i < x->count; i++)
    set_grad(x, i, grad_of(y, i % y->count));
}

static void times_n(const gchk_call *c) {
  const gchk_tensor *x = &c->t[0], *y = &c->t[1];
  for (size_t i = 0; i < x->count; i++)
    set_grad(x, i, grad_of(x, i) * (double)x->count / (double)y->count);
}

static void over_n(const gchk_call *c) {
  const gchk_tensor *x = &c->t[0], *y = &c->t[1];
  for (size_t i = 0; i < x->count; i++)
    set_grad(x, i, grad_of(x, i) * (double)y->count / (double)x->count);
}

/* The other order of elements: the first index runs fastest. */
static void columns_first(const gchk_call *c) {
  const gchk_tensor *x = &c->t[0], *y = &c->t[1];
  const size_t rows = x->shape.dim[0], columns = x->count / rows;
  for (size_t i = 0; i < x->count; i++)
    set_grad(x, i, grad_of(y, i % columns * rows + i / columns));
}

/* The tables of affine and linear: b a list, b a row, one sample. */
enum { OF_BATCHES = 3, OF_SAMPLES = 4 };

#define MOVED "transposed permuted-elements wrong-at-index unclassified"
const wrong_twin wrong_matrix[] = {
    {.layer = "affine",
     .what = "b of the last sample",
     .spoil = bias_of_last_sample,
     .codes = "one-sample-only",
     .tables = OF_BATCHES},
    {.layer = "affine",
     .what = "b as a mean",
     .spoil = bias_is_a_mean,
     .codes = "constant-ratio",
     .tables = OF_BATCHES},
    {.layer = "affine", .what = "db of half", .spoil = bias_is_halved, .codes = "constant-ratio", .tables = OF_SAMPLES},
    {.layer = "linear",
     .what = "b of the last sample",
     .spoil = bias_of_last_sample,
     .codes = "one-sample-only",
     .tables = OF_BATCHES},
    {.layer = "linear", .what = "db of half", .spoil = bias_is_halved, .codes = "constant-ratio", .tables = OF_SAMPLES},
    {.layer = "flatten", .what = "first index fastest", .spoil = columns_first, .codes = MOVED},
    {.layer = "matmul", .what = "da transposed", .spoil = laid_out_transposed, .codes = MOVED},
    {.layer = "matmul", .what = "first of the batch", .spoil = first_of_the_batch, .codes = "zero-gradient"},
    {.layer = "matmul_nt", .what = "da transposed", .spoil = laid_out_transposed, .codes = MOVED},
    {.layer = "matmul_tn", .what = "da transposed", .spoil = laid_out_transposed, .codes = MOVED},
    {.layer = "matmul_tt", .what = "da transposed", .spoil = laid_out_transposed, .codes = MOVED},
    {.layer = "mean", .what = "1/n lost", .spoil = times_n, .codes = "constant-ratio"},
    {.layer = "mean_first", .what = "i/n for i%n", .spoil = index_divided, .codes = MOVED},
    {.layer = "mean_last", .what = "1/n lost", .spoil = times_n, .codes = "constant-ratio"},
    {.layer = "reshape", .what = "first index fastest", .spoil = columns_first, .codes = MOVED},
    {.layer = "sum", .what = "the mean's", .spoil = over_n, .codes = "constant-ratio"},
    {.layer = "sum_first", .what = "i/n for i%n", .spoil = index_divided, .codes = MOVED},
    {.layer = "sum_last", .what = "i%n for i/n", .spoil = index_modulo, .codes = MOVED},
    {.layer = NULL},
};
