/* The table of built-in layers. */
#include "gradcheck/layers.h"

#include <string.h>

/* In alphabetical order of the layers' names, with what they compute; layers of one name side by side. */
/* clang-format off */
#define BUILT_IN(row)                                                                                        \
  row(abs, "y = |x|")                                                                                        \
  row(add, "out = x + y, broadcast")                                                                         \
  row(affine, "y = x W + b, samples of any shape")                                                           \
  row(affine_row, "y = x W + b, samples of any shape")                                                       \
  row(affine_sample, "y = x W + b, samples of any shape")                                                    \
  row(attention, "y = softmax(scale q k^T + mask) v for each head, causal, grouped")                         \
  row(attention_masked, "y = softmax(scale q k^T + mask) v for each head, causal, grouped")                  \
  row(avg_pool, "the mean of each window of an image")                                                       \
  row(batch_norm, "mean 0 and variance 1 a channel, over the batch (train) or by running statistics (eval)") \
  row(bce, "binary cross-entropy of probabilities")                                                          \
  row(bce_with_logits, "binary cross-entropy of scores")                                                     \
  row(clamp, "y = x between min and max; gradient 1 at both")                                                \
  row(concat, "two arrays one after the other along an axis")                                                \
  row(conv1d, "convolution of sequences")                                                                    \
  row(conv2d, "convolution of images")                                                                       \
  row(conv_transpose2d, "transposed convolution of images")                                                  \
  row(copy, "y1 = x, y2 = x")                                                                                \
  row(cosine, "1 - cos of pairs that are alike, max(0, cos - margin) of others")                             \
  row(cross_entropy, "-sum t log(p)/N of probabilities")                                                     \
  row(cross_entropy_labels, "-sum t log(p)/N of probabilities")                                              \
  row(div, "out = x/y, broadcast")                                                                           \
  row(dropout, "y = x mask/(1 - p), the mask drawn from a seed, or given")                                   \
  row(dropout_masked, "y = x mask/(1 - p), the mask drawn from a seed, or given")                            \
  row(elu, "y = x, left of 0 alpha (exp(x) - 1)")                                                            \
  row(embedding, "rows of a table by their numbers")                                                         \
  row(exp, "y = exp(x)")                                                                                     \
  row(flatten, "every sample as a row")                                                                      \
  row(gather, "the rows of x that an index names, along an axis")                                            \
  row(gelu, "y = x Phi(x), by erf")                                                                          \
  row(gelu_tanh, "y = x/2 (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3)))")                                        \
  row(glu, "out = x/(1 + exp(-y)), y the gate; both inputs, or halves of one")                               \
  row(glu_pair, "out = x/(1 + exp(-y)), y the gate; both inputs, or halves of one")                          \
  row(group_norm, "mean 0 and variance 1 a group of channels of a sample")                                   \
  row(gru, "gated recurrent units over T steps")                                                             \
  row(gru_carried, "gated recurrent units over T steps")                                                     \
  row(hardswish, "y = x min(max(x + 3, 0), 6)/6")                                                            \
  row(hardtanh, "y = x between min and max; gradient 0 at both")                                             \
  row(hinge, "the mean of max(0, margin - t x)")                                                             \
  row(huber, "the mean of d^2/2, beyond delta of delta (|d| - delta/2), d = x - t")                          \
  row(kl_div, "sum t (log(t) - x)/N, x being logarithms")                                                    \
  row(l1, "the mean of |x - t|")                                                                             \
  row(l2_normalize, "every row divided by its length")                                                       \
  row(layer_norm, "mean 0 and variance 1 a row")                                                             \
  row(leaky_relu, "y = x, left of 0 slope x")                                                                \
  row(linear, "y = x W^T + b")                                                                               \
  row(linear_row, "y = x W^T + b")                                                                           \
  row(linear_sample, "y = x W^T + b")                                                                        \
  row(log, "y = log(x)")                                                                                     \
  row(lstm, "long short-term memory over T steps")                                                           \
  row(lstm_carried, "long short-term memory over T steps")                                                   \
  row(matmul, "y = a b")                                                                                     \
  row(matmul_nt, "y = a b^T")                                                                                \
  row(matmul_tn, "y = a^T b")                                                                                \
  row(matmul_tt, "y = a^T b^T")                                                                              \
  row(max, "out = the larger of x and y, broadcast")                                                         \
  row(max_pool, "the largest element of each window of an image")                                            \
  row(mean, "the mean of all of x, or along an axis")                                                        \
  row(mean_axis, "the mean of all of x, or along an axis")                                                   \
  row(mean_first, "the mean along the first axis")                                                           \
  row(mean_last, "the mean along the last axis")                                                             \
  row(mish, "y = x tanh(log(1 + exp(x)))")                                                                   \
  row(mse, "the mean of (x - t)^2")                                                                          \
  row(mul, "out = x y, broadcast")                                                                           \
  row(negate, "y = -x")                                                                                      \
  row(nll, "the mean of -x[n, t[n]], x being logarithms of probabilities")                                   \
  row(pad, "more around an array, of one value")                                                             \
  row(pad_axis, "more around an array, of one value")                                                        \
  row(power, "y = x^exponent")                                                                               \
  row(reciprocal, "y = 1/x")                                                                                 \
  row(relu, "y = max(x, 0)")                                                                                 \
  row(relu_in_place, "y = max(x, 0); backward works in the upstream gradient")                               \
  row(reshape, "the elements of x in another shape")                                                         \
  row(rms_norm, "every row divided by its root mean square")                                                 \
  row(rnn, "plain recurrence over T steps, y = tanh(x W_ih^T + b_ih + h W_hh^T + b_hh)")                     \
  row(rnn_carried, "plain recurrence over T steps, y = tanh(x W_ih^T + b_ih + h W_hh^T + b_hh)")             \
  row(rope, "pairs of elements turned by angles that grow with the position")                                \
  row(scatter_add, "x with rows added to those that an index names")                                         \
  row(selu, "elu with the constants that keep mean 0 and variance 1")                                        \
  row(sigmoid, "y = 1/(1 + exp(-x))")                                                                        \
  row(silu, "y = x/(1 + exp(-x))")                                                                           \
  row(slice, "part of an array along an axis, start:stop:step")                                              \
  row(smooth_l1, "the mean of d^2/(2 beta), beyond beta of |d| - beta/2, d = x - t")                         \
  row(softmax, "y = exp(x)/sum exp(x) along the last axis, or any")                                          \
  row(softmax_axis, "y = exp(x)/sum exp(x) along the last axis, or any")                                     \
  row(softmax_cross_entropy, "cross-entropy of scores, with label smoothing and ignored labels")             \
  row(softmax_cross_entropy_labels, "cross-entropy of scores, with label smoothing and ignored labels")      \
  row(softmax_with_loss, "softmax and cross-entropy, the mean over the batch")                               \
  row(softmax_with_loss_labels, "softmax and cross-entropy, the mean over the batch")                        \
  row(softplus, "y = log(1 + exp(beta x))/beta")                                                             \
  row(sqrt, "y = sqrt(x)")                                                                                   \
  row(square, "y = x^2")                                                                                     \
  row(sub, "out = x - y, broadcast")                                                                         \
  row(sum, "the sum of all of x, or along an axis")                                                          \
  row(sum_axis, "the sum of all of x, or along an axis")                                                     \
  row(sum_first, "the sum along the first axis")                                                             \
  row(sum_last, "the sum along the last axis")                                                               \
  row(swiglu, "out = x y/(1 + exp(-x)), x the gate; both inputs, or halves of one")                          \
  row(swiglu_pair, "out = x y/(1 + exp(-x)), x the gate; both inputs, or halves of one")                     \
  row(tanh, "y = tanh(x)")                                                                                   \
  row(transpose, "two axes change places: the last two, or any")                                             \
  row(transpose_axes, "two axes change places: the last two, or any")                                        \
  row(triplet, "the mean of max(0, |a - p| - |a - q| + margin)")                                             \
  row(upsample_bilinear, "images larger by a factor, interpolated")                                          \
  row(upsample_nearest, "images larger by a factor, elements repeated")                                      \
  row(weight_norm, "w = g v/|v| for each unit")
/* clang-format on */

#define DECLARE(id, summary) extern const gchk_layer gchk_layer_##id##_f64, gchk_layer_##id##_f32;
BUILT_IN(DECLARE)

#define ROW(id, summary) {&gchk_layer_##id##_f64, &gchk_layer_##id##_f32, summary},
static const struct {
  const gchk_layer *f64, *f32;
  const char *summary;
} rows[] = {BUILT_IN(ROW)};

enum { ROW_COUNT = sizeof rows / sizeof rows[0] };

const gchk_layer *gchk_registry_find(const char *name, gchk_dtype dtype, size_t nth) {
  if (dtype != GCHK_F64 && dtype != GCHK_F32)
    return NULL;
  for (size_t i = 0; i < ROW_COUNT; i++)
    if (strcmp(rows[i].f64->name, name) == 0 && nth-- == 0)
      return dtype == GCHK_F64 ? rows[i].f64 : rows[i].f32;
  return NULL;
}

// The row of the index-th name; ROW_COUNT past the last.
static size_t row_of_name(size_t index) {
  for (size_t i = 0; i < ROW_COUNT; i++) {
    const bool is_repeat = i > 0 && strcmp(rows[i].f64->name, rows[i - 1].f64->name) == 0;
    if (!is_repeat && index-- == 0)
      return i;
  }
  return ROW_COUNT;
}

const char *gchk_registry_name(size_t index) {
  const size_t row = row_of_name(index);
  return row < ROW_COUNT ? rows[row].f64->name : NULL;
}

const char *gchk_registry_summary(size_t index) {
  const size_t row = row_of_name(index);
  return row < ROW_COUNT ? rows[row].summary : NULL;
}
