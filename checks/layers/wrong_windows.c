/* Mistakes in the gradients of convolutions, pooling and interpolation: flipped kernels, lost borders, divisors. */
#include <stdbool.h>

#include "layers/wrong_twins.h"

enum { MOST = 1024 };

/* The kernel's columns, and rows, in the other order. */
static void kernel_flipped(const gchk_call *c) {
  const gchk_tensor *w = tensor_called(c, "w");
  size_t taps = 1;
  double g[MOST];
  for (size_t d = 2; d < w->shape.rank; d++)
    taps *= w->shape.dim[d];
  for (size_t i = 0; i < w->count; i++)
    g[i] = grad_of(w, i);
  for (size_t i = 0; i < w->count; i++)
    set_grad(w, i, g[i / taps * taps + taps - 1 - i % taps]);
}

static void bias_of_one_sample(const gchk_call *c) {
  const gchk_tensor *b = tensor_called(c, "b"), *y = tensor_called(c, "y");
  const size_t plane = y->count / y->shape.dim[0] / b->count;
  for (size_t k = 0; k < b->count; k++) {
    double sum = 0;
    for (size_t i = 0; i < plane; i++)
      sum += grad_of(y, k * plane + i);
    set_grad(b, k, sum);
  }
}

/* The first column of every image gets nothing. */
static void border_lost(const gchk_call *c) {
  const gchk_tensor *x = &c->t[0];
  const size_t columns = x->shape.dim[x->shape.rank - 1];
  for (size_t i = 0; i < x->count; i += columns)
    set_grad(x, i, 0);
}

/* Is row or column `i` of an image in window `o`, for sizes called `names` (kernel, stride, padding)? */
static bool is_in(const gchk_call *c, const char *const names[3], size_t i, size_t o) {
  const size_t padded = i + gchk_size(c, names[2]), start = o * gchk_size(c, names[1]);
  return padded >= start && padded < start + gchk_size(c, names[0]);
}

/* Element i of x and output o: of one image, and in the window? */
static bool is_in_window(const gchk_call *c, size_t i, size_t o) {
  static const char *const rows[] = {"KH", "SH", "PH"}, *const columns[] = {"KW", "SW", "PW"};
  const size_t *x = c->t[0].shape.dim, *y = c->t[1].shape.dim;
  return i / (x[2] * x[3]) == o / (y[2] * y[3]) && is_in(c, rows, i / x[3] % x[2], o / y[3] % y[2]) &&
         is_in(c, columns, i % x[3], o % y[3]);
}

/* = for +=: of the windows that an element is the largest of, the last one counts. */
static void windows_overwrite(const gchk_call *c) {
  const gchk_tensor *x = &c->t[0], *y = &c->t[1];
  for (size_t i = 0; i < x->count; i++)
    set_grad(x, i, 0);
  for (size_t o = 0; o < y->count; o++)
    for (size_t i = 0; i < x->count; i++)
      if (is_in_window(c, i, o) && value_of(x, i) == value_of(y, o))
        set_grad(x, i, grad_of(y, o));
}

/* The gradient of an average: to all of the window. */
static void to_all_of_the_window(const gchk_call *c) {
  const gchk_tensor *x = &c->t[0], *y = &c->t[1];
  const double size = (double)(gchk_size(c, "KH") * gchk_size(c, "KW"));
  for (size_t i = 0; i < x->count; i++) {
    double sum = 0;
    for (size_t o = 0; o < y->count; o++)
      sum += is_in_window(c, i, o) ? grad_of(y, o) / size : 0;
    set_grad(x, i, sum);
  }
}

static void mean_for_sum(const gchk_call *c) {
  const gchk_tensor *x = &c->t[0], *y = &c->t[1];
  for (size_t i = 0; i < x->count; i++)
    set_grad(x, i, grad_of(x, i) * (double)x->count / (double)y->count);
}

/* Each output goes to one element, as if it had been copied. */
static void of_the_nearest(const gchk_call *c) {
  const gchk_tensor *x = &c->t[0], *y = &c->t[1];
  const size_t scale = gchk_size(c, "scale"), columns = x->shape.dim[3], wide = columns * scale;
  for (size_t i = 0; i < x->count; i++)
    set_grad(x, i, 0);
  for (size_t o = 0; o < y->count; o++) {
    const size_t i = o / wide / scale * columns + o % wide / scale;
    set_grad(x, i, grad_of(x, i) + grad_of(y, o));
  }
}

static const double not_included[] = {0};
#define BORDER "wrong-at-border wrong-at-index zero-gradient"
const wrong_twin wrong_windows[] = {
    {.layer = "avg_pool",
     .what = "full divisor at borders",
     .spoil = to_all_of_the_window,
     .codes = "option-ignored wrong-at-border",
     .options = not_included},
    {.layer = "conv1d", .what = "kernel flipped", .spoil = kernel_flipped, .codes = "reversed-axis"},
    {.layer = "conv1d", .what = "border lost", .spoil = border_lost, .codes = BORDER},
    {.layer = "conv2d", .what = "kernel flipped", .spoil = kernel_flipped, .codes = "reversed-axis permuted-elements"},
    {.layer = "conv2d", .what = "b of one sample", .spoil = bias_of_one_sample, .codes = "one-sample-only"},
    {.layer = "conv_transpose2d",
     .what = "kernel flipped",
     .spoil = kernel_flipped,
     .codes = "reversed-axis permuted-elements"},
    {.layer = "conv_transpose2d", .what = "border lost", .spoil = border_lost, .codes = BORDER},
    {.layer = "max_pool", .what = "= for +=", .spoil = windows_overwrite, .codes = "one-contribution-only"},
    {.layer = "max_pool",
     .what = "an average's",
     .spoil = to_all_of_the_window,
     .codes = "gradient-where-flat unclassified"},
    {.layer = "upsample_bilinear", .what = "of the nearest", .spoil = of_the_nearest, .codes = "unclassified"},
    {.layer = "upsample_nearest", .what = "mean for sum", .spoil = mean_for_sum, .codes = "constant-ratio"},
    {.layer = NULL},
};
