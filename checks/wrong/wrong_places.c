/*
 * The right values in the wrong place, and edges: INDEX, LAYOUT, STRIDE, WINDOW.
 */
#include "toolbox.h"

enum { NONE };

/* y = x g + p, gain by channel and a position's own bias: dp[t] = sum over B and C. */
enum { LOOP_ENDS_EARLY = 1, DIVIDED_INDEX, TAIL_DROPPED, WRITES_BEYOND, READS_BEYOND };
static const gchk_tensor_spec position_tensors[] = {GCHK_TENSOR("x", GCHK_INPUT, "B T C"),
                                                    GCHK_TENSOR("p", GCHK_PARAMETER, "T C"),
                                                    GCHK_TENSOR("y", GCHK_OUTPUT, "B T C")};

CALL(position_forward) {
  size_t period = SIZE(T) * SIZE(C);
  for (size_t i = 0; i < c->t[0].count; i++)
    V(2)[i] = V(0)[i] * V(0)[i] + V(1)[i % period];
}

CALL(position_backward) {
  size_t period = SIZE(T) * SIZE(C), n = c->t[0].count, first = SIZE(B);
  int m = mistake(c);
  if (m == LOOP_ENDS_EARLY)
    n--;
  if (m == TAIL_DROPPED)
    n -= n % 4;
  for (size_t i = 0; i < n; i++) {
    G(0)[i] += 2 * V(0)[i] * G(2)[i];
    G(1)[m == DIVIDED_INDEX ? i / first : i % period] += G(2)[i];
  }
  // One byte too many, beside the last element.
  if (m == WRITES_BEYOND)
    ((unsigned char *)(G(1) + period))[0] ^= 1;
  if (m == READS_BEYOND)
    G(0)[n - 1] += 0 * G(2)[n] + 1e-3 * G(2)[n];
}

#define POSITION(id, label, which)                                                                                     \
  MEMBER_WITH(id, label, position_tensors, position_forward, position_backward, which, .sizes = "B=3 T=5 C=7")
POSITION(position_right, "positions", NONE)
POSITION(position_early, "positions, loop ends early", LOOP_ENDS_EARLY)
POSITION(position_divided, "positions, i/B for i%T", DIVIDED_INDEX)
POSITION(position_tail, "positions, tail block dropped", TAIL_DROPPED)
POSITION(position_beyond, "positions, writes beyond", WRITES_BEYOND)
POSITION(position_reads_beyond, "positions, reads beyond", READS_BEYOND)

/*
 * Softmax of a row: forward takes the largest off, backward the smallest, p = exp(x - min) / sum, dx = p (d - sum p d).
 * What is read beyond the row enters nothing but that comparison.
 */
enum { LARGEST_BEYOND = 1, SMALLEST_BEYOND };
static const gchk_tensor_spec row_tensors[] = {GCHK_TENSOR("x", GCHK_INPUT, "C"), GCHK_TENSOR("p", GCHK_OUTPUT, "C")};

CALL(row_forward) {
  const size_t n = c->t[0].count;
  double largest = V(0)[0], sum = 0;
  for (size_t i = 1; i < n + (mistake(c) == LARGEST_BEYOND); i++)
    if (V(0)[i] > largest)
      largest = V(0)[i];
  for (size_t i = 0; i < n; i++)
    sum += V(1)[i] = exp(V(0)[i] - largest);
  for (size_t i = 0; i < n; i++)
    V(1)[i] /= sum;
}

CALL(row_backward) {
  const size_t n = c->t[0].count;
  double smallest = V(0)[0], sum = 0, mean = 0;
  for (size_t i = 1; i < n + (mistake(c) == SMALLEST_BEYOND); i++)
    if (V(0)[i] < smallest)
      smallest = V(0)[i];
  for (size_t i = 0; i < n; i++)
    sum += exp(V(0)[i] - smallest);
  for (size_t i = 0; i < n; i++)
    mean += exp(V(0)[i] - smallest) / sum * G(1)[i];
  for (size_t i = 0; i < n; i++)
    G(0)[i] = exp(V(0)[i] - smallest) / sum * (G(1)[i] - mean);
}

MEMBER(row_right, "softmax of a row", row_tensors, row_forward, row_backward, NONE)
MEMBER(row_largest_beyond, "softmax of a row, largest of one more", row_tensors, row_forward, row_backward,
       LARGEST_BEYOND)
MEMBER(row_smallest_beyond, "softmax of a row, smallest of one more", row_tensors, row_forward, row_backward,
       SMALLEST_BEYOND)

/* Convolution in one dimension: y[i] = sum_k w[k] x[i+k-P], zeros outside; dx[j] = sum_k w[k] d[j-k+P]. */
enum { SHIFTED = 1, FLIPPED, BORDER_LOST };
static const gchk_tensor_spec convolution_tensors[] = {
    GCHK_TENSOR("x", GCHK_INPUT, "N L"), GCHK_TENSOR("w", GCHK_PARAMETER, "K"), GCHK_TENSOR("y", GCHK_OUTPUT, "N L")};

// x's place for output i and tap k, or -1 outside.
static ptrdiff_t tap(size_t i, size_t k, size_t length, size_t padding) {
  ptrdiff_t j = (ptrdiff_t)(i + k) - (ptrdiff_t)padding;
  return j >= 0 && j < (ptrdiff_t)length ? j : -1;
}

CALL(convolution_forward) {
  size_t length = SIZE(L), taps = SIZE(K), padding = taps / 2;
  for (size_t n = 0; n < SIZE(N); n++) {
    for (size_t i = 0; i < length; i++) {
      double sum = 0;
      for (size_t k = 0; k < taps; k++) {
        ptrdiff_t j = tap(i, k, length, padding);
        sum += j < 0 ? 0 : V(1)[k] * V(0)[n * length + (size_t)j];
      }
      V(2)[n * length + i] = sum;
    }
  }
}

CALL(convolution_backward) {
  size_t length = SIZE(L), taps = SIZE(K), padding = taps / 2;
  int m = mistake(c);
  for (size_t n = 0; n < SIZE(N); n++) {
    for (size_t i = 0; i < length; i++) {
      for (size_t k = 0; k < taps; k++) {
        ptrdiff_t j = tap(i, k, length, padding);
        if (j < 0)
          continue;
        double d = G(2)[n * length + i];
        size_t to = m == FLIPPED ? taps - 1 - k : k;
        G(1)[to] += d * V(0)[n * length + (size_t)j];
        size_t at = m == SHIFTED ? ((size_t)j + 1) % length : (size_t)j;
        bool is_lost = m == BORDER_LOST && (i == 0 || i == length - 1);
        G(0)[n * length + at] += is_lost ? 0 : d * V(1)[k];
      }
    }
  }
}

#define CONVOLUTION(id, label, which)                                                                                  \
  MEMBER_WITH(id, label, convolution_tensors, convolution_forward, convolution_backward, which, .sizes = "N=2 L=9 K=3")
CONVOLUTION(convolution_right, "convolution", NONE)
CONVOLUTION(convolution_shifted, "convolution, dx shifted", SHIFTED)
CONVOLUTION(convolution_flipped, "convolution, dw flipped", FLIPPED)
CONVOLUTION(convolution_border, "convolution, padded rows lost", BORDER_LOST)

/* Average pooling with padding: the mean over what is inside. dx = d over as many. */
enum { FULL_DIVISOR = 1 };
static const gchk_tensor_spec pooling_tensors[] = {GCHK_TENSOR("x", GCHK_INPUT, "N L"),
                                                   GCHK_TENSOR("y", GCHK_OUTPUT, "N L")};

CALL(pooling_forward) {
  size_t length = SIZE(L);
  for (size_t n = 0; n < SIZE(N); n++) {
    for (size_t i = 0; i < length; i++) {
      double sum = 0, count = 0;
      for (size_t k = 0; k < 3; k++) {
        ptrdiff_t j = tap(i, k, length, 1);
        sum += j < 0 ? 0 : V(0)[n * length + (size_t)j];
        count += j >= 0;
      }
      V(1)[n * length + i] = sum / count;
    }
  }
}

CALL(pooling_backward) {
  size_t length = SIZE(L);
  memset(G(0), 0, c->t[0].count * sizeof(double));
  for (size_t n = 0; n < SIZE(N); n++) {
    for (size_t i = 0; i < length; i++) {
      double count = i == 0 || i == length - 1 ? 2 : 3;
      for (size_t k = 0; k < 3; k++) {
        ptrdiff_t j = tap(i, k, length, 1);
        if (j >= 0)
          G(0)[n * length + (size_t)j] += G(1)[n * length + i] / (mistake(c) == FULL_DIVISOR ? 3 : count);
      }
    }
  }
}

#define POOLING(id, label, which)                                                                                      \
  MEMBER_WITH(id, label, pooling_tensors, pooling_forward, pooling_backward, which, .sizes = "N=2 L=9")
POOLING(pooling_right, "average pooling", NONE)
POOLING(pooling_full_divisor, "average pooling, full divisor", FULL_DIVISOR)

/* y (N,N) = a w b with a given matrix product: y = x w, w (C,C) square. */
enum { WEIGHT_TRANSPOSED = 1, NOT_TRANSPOSED, GRADIENT_LAID_OUT };
static const gchk_tensor_spec matrix_tensors[] = {
    GCHK_TENSOR("x", GCHK_INPUT, "N C"), GCHK_TENSOR("w", GCHK_PARAMETER, "C K"), GCHK_TENSOR("y", GCHK_OUTPUT, "N K")};

CALL(matrix_forward) {
  size_t n = SIZE(N), in = SIZE(C), out = SIZE(K);
  memset(V(2), 0, n * out * sizeof(double));
  for (size_t i = 0; i < n; i++)
    for (size_t k = 0; k < in; k++)
      for (size_t o = 0; o < out; o++)
        V(2)[i * out + o] += V(0)[i * in + k] * V(1)[k * out + o];
}

CALL(matrix_backward) {
  size_t n = SIZE(N), in = SIZE(C), out = SIZE(K);
  int m = mistake(c);
  memset(G(0), 0, n * in * sizeof(double));
  memset(G(1), 0, in * out * sizeof(double));
  for (size_t i = 0; i < n; i++) {
    for (size_t k = 0; k < in; k++) {
      for (size_t o = 0; o < out; o++) {
        double d = G(2)[i * out + o];
        G(0)[i * in + k] += d * (m == NOT_TRANSPOSED ? V(1)[o * in + k] : V(1)[k * out + o]);
        G(1)[m == WEIGHT_TRANSPOSED || m == GRADIENT_LAID_OUT ? o * in + k : k * out + o] += d * V(0)[i * in + k];
      }
    }
  }
}

#define MATRIX(id, label, which, shape)                                                                                \
  MEMBER_WITH(id, label, matrix_tensors, matrix_forward, matrix_backward, which, .sizes = shape)
MATRIX(matrix_right, "matrix", NONE, "N=3 C=4 K=5")
MATRIX(matrix_weight_transposed, "matrix, dw transposed (square)", WEIGHT_TRANSPOSED, "N=3 C=4 K=4")
MATRIX(matrix_laid_out, "matrix, dw transposed (not square)", GRADIENT_LAID_OUT, "N=3 C=4 K=5")
MATRIX(matrix_not_transposed, "matrix, w for w^T", NOT_TRANSPOSED, "N=3 C=4 K=4")

/* A channels-first tensor whose gradient is written channels-last: y = x^3. */
enum { CHANNELS_LAST = 1 };
static const gchk_tensor_spec image_tensors[] = {GCHK_TENSOR("x", GCHK_INPUT, "N C H W"),
                                                 GCHK_TENSOR("y", GCHK_OUTPUT, "N C H W")};

CALL(image_forward) {
  for (size_t i = 0; i < c->t[0].count; i++)
    V(1)[i] = V(0)[i] * V(0)[i] * V(0)[i];
}

CALL(image_backward) {
  size_t channels = SIZE(C), area = SIZE(H) * SIZE(W);
  for (size_t i = 0; i < c->t[0].count; i++) {
    size_t n = i / (channels * area), k = i / area % channels, p = i % area;
    size_t to = mistake(c) == CHANNELS_LAST ? (n * area + p) * channels + k : i;
    G(0)[to] = 3 * V(0)[i] * V(0)[i] * G(1)[i];
  }
}

#define IMAGE(id, label, which)                                                                                        \
  MEMBER_WITH(id, label, image_tensors, image_forward, image_backward, which, .sizes = "N=2 C=3 H=4 W=5")
IMAGE(image_right, "image", NONE)
IMAGE(image_channels_last, "image, channels last", CHANNELS_LAST)

/* Rows of LD elements of which C are used: y[n,c] = x[n,c] s[c]; the gap is left alone. */
enum { DIMENSION_IGNORED = 1, GAP_WRITTEN };
static const gchk_tensor_spec strided_tensors[] = {
    GCHK_TENSOR("x", GCHK_INPUT, "N LD"), GCHK_TENSOR("s", GCHK_PARAMETER, "C"), GCHK_TENSOR("y", GCHK_OUTPUT, "N LD")};

CALL(strided_forward) {
  size_t ld = SIZE(LD), used = SIZE(C);
  for (size_t n = 0; n < SIZE(N); n++)
    for (size_t j = 0; j < used; j++)
      V(2)[n * ld + j] = V(0)[n * ld + j] * V(1)[j];
}

CALL(strided_backward) {
  size_t ld = SIZE(LD), used = SIZE(C);
  memset(G(1), 0, used * sizeof(double));
  for (size_t n = 0; n < SIZE(N); n++) {
    for (size_t j = 0; j < (mistake(c) == GAP_WRITTEN ? ld : used); j++) {
      size_t to = mistake(c) == DIMENSION_IGNORED ? n * used + j : n * ld + j;
      G(0)[to] = G(2)[n * ld + j] * V(1)[j % used];
      G(1)[j % used] += j < used ? G(2)[n * ld + j] * V(0)[n * ld + j] : 0;
    }
  }
}

#define STRIDED(id, label, which)                                                                                      \
  MEMBER_WITH(id, label, strided_tensors, strided_forward, strided_backward, which, .sizes = "N=3 LD=7 C=5")
STRIDED(strided_right, "strided rows", NONE)
STRIDED(strided_ignored, "strided rows, leading dimension ignored", DIMENSION_IGNORED)
STRIDED(strided_gap, "strided rows, gap written", GAP_WRITTEN)
