/* Mistakes in the gradients of convolutions, pooling and interpolation: flipped kernels, lost borders, divisors. */
#include <math.h>
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

/* The weight of element a in output o of a row of `length`, interpolated with corners that are not aligned. */
static double weight_unaligned(size_t o, size_t a, size_t scale, size_t length) {
  const double s = fmin(fmax(((double)o + 0.5) / (double)scale - 0.5, 0), (double)length - 1);
  return fmax(0, 1 - fabs(s - (double)a));
}

static void corners_not_aligned(const gchk_call *c) {
  const gchk_tensor *x = &c->t[0], *y = &c->t[1];
  const size_t scale = gchk_size(c, "scale"), *dim = x->shape.dim, wide = dim[3] * scale, plane = dim[2] * scale * wide;
  for (size_t i = 0; i < x->count; i++) {
    double sum = 0;
    for (size_t o = i / (dim[2] * dim[3]) * plane, k = 0; k < plane; k++)
      sum += grad_of(y, o + k) * weight_unaligned(k / wide, i / dim[3] % dim[2], scale, dim[2]) *
             weight_unaligned(k % wide, i % dim[3], scale, dim[3]);
    set_grad(x, i, sum);
  }
}

/* The element of a tensor that a product of dw takes: its value, or its gradient. */
typedef double (*element_fn)(const gchk_tensor *t, size_t i);

/*
 * dw with the strides of the two axes exchanged: of elements beside those that forward multiplied. Of a convolution from
 * x to y; a transposed one is that from its y to its x.
 */
static void exchange_strides(const gchk_call *c, const gchk_tensor *x, element_fn of_x, const gchk_tensor *y,
                             element_fn of_y) {
  const gchk_tensor *w = &c->t[1];
  const size_t *in = x->shape.dim, *k = w->shape.dim, *out = y->shape.dim, per_group = out[1] / gchk_size(c, "groups");
  for (size_t i = 0; i < w->count; i++)
    set_grad(w, i, 0);
  for (size_t o = 0; o < y->count; o++)
    for (size_t i = 0; i < w->count / k[0]; i++) {
      const size_t channel = o / (out[2] * out[3]) % out[1], taps = k[2] * k[3];
      const size_t a = o / out[3] % out[2] * gchk_size(c, "SW") + i / k[3] % k[2] * gchk_size(c, "DH");
      const size_t b = o % out[3] * gchk_size(c, "SH") + i % k[3] * gchk_size(c, "DW");
      const size_t row = a - gchk_size(c, "PH"), column = b - gchk_size(c, "PW"); // huge in the padding
      const size_t plane = o / (out[1] * out[2] * out[3]) * in[1] + channel / per_group * k[1] + i / taps;
      const size_t at = channel * k[1] * taps + i;
      if (row < in[2] && column < in[3])
        set_grad(w, at, grad_of(w, at) + of_y(y, o) * of_x(x, (plane * in[2] + row) * in[3] + column));
    }
}

static void strides_exchanged(const gchk_call *c) {
  exchange_strides(c, &c->t[0], value_of, &c->t[3], grad_of);
}

static void strides_exchanged_transposed(const gchk_call *c) {
  exchange_strides(c, &c->t[3], grad_of, &c->t[0], value_of);
}

static const double not_included[] = {0}, aligned[] = {1};
#define BORDER "wrong-at-border wrong-at-index zero-gradient"
const wrong_twin wrong_windows[] = {
    {.layer = "avg_pool",
     .what = "full divisor at borders",
     .spoil = to_all_of_the_window,
     .codes = "wrong-at-option wrong-at-border output-factor unclassified",
     .options = not_included},
    {.layer = "conv1d", .what = "kernel flipped", .spoil = kernel_flipped, .codes = "reversed-axis"},
    {.layer = "conv1d", .what = "border lost", .spoil = border_lost, .codes = BORDER},
    {.layer = "conv2d", .what = "kernel flipped", .spoil = kernel_flipped, .codes = "reversed-axis permuted-elements"},
    // sums of other products: none of the classes
    {.layer = "conv2d", .what = "strides exchanged", .spoil = strides_exchanged, .codes = "unclassified"},
    {.layer = "conv2d", .what = "b of one sample", .spoil = bias_of_one_sample, .codes = "one-sample-only"},
    {.layer = "conv_transpose2d",
     .what = "kernel flipped",
     .spoil = kernel_flipped,
     .codes = "reversed-axis permuted-elements"},
    {.layer = "conv_transpose2d",
     .what = "strides exchanged",
     .spoil = strides_exchanged_transposed,
     .codes = "unclassified"},
    {.layer = "conv_transpose2d", .what = "border lost", .spoil = border_lost, .codes = BORDER},
    {.layer = "max_pool", .what = "= for +=", .spoil = windows_overwrite, .codes = "one-contribution-only"},
    {.layer = "max_pool",
     .what = "an average's",
     .spoil = to_all_of_the_window,
     .codes = "gradient-where-flat unclassified"},
    {.layer = "upsample_bilinear", .what = "of the nearest", .spoil = of_the_nearest, .codes = "unclassified"},
    {.layer = "upsample_bilinear",
     .what = "corners not aligned",
     .spoil = corners_not_aligned,
     .codes = "option-ignored",
     .options = aligned},
    {.layer = "upsample_nearest", .what = "mean for sum", .spoil = mean_for_sum, .codes = "constant-ratio"},
    {.layer = NULL},
};
