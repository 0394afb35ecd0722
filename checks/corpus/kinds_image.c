/*
 * Layers over images, x (B,C,H,W), in plain loops.
 */
#include "corpus/real.h"

// Convolution with zero padding of one pixel, kernels (D,C,K,K), and a leaky relu.
enum { CONV_X, CONV_W, CONV_B, CONV_Z, CONV_Y };
static const gchk_tensor_spec conv_rows[] = {
    GCHK_TENSOR("x", GCHK_INPUT, "B C H W"), GCHK_TENSOR("w", GCHK_PARAMETER, "D C K K"),
    GCHK_TENSOR("b", GCHK_PARAMETER, "D"), GCHK_TENSOR("z", GCHK_CACHE, "B D H+3-K W+3-K"),
    GCHK_TENSOR("y", GCHK_OUTPUT, "B D H+3-K W+3-K")};

typedef struct geometry {
  size_t B, C, H, W, D, K, rows, columns;
} geometry;

static geometry conv_geometry(const gchk_call *c) {
  geometry g = {SIZE(B), SIZE(C), SIZE(H), SIZE(W), SIZE(D), SIZE(K), 0, 0};
  g.rows = g.H + 3 - g.K;
  g.columns = g.W + 3 - g.K;
  return g;
}

PASS(conv_leaky_forward) {
  const geometry g = conv_geometry(c);
  for (size_t out = 0; out < g.B * g.D * g.rows * g.columns; out++) {
    const size_t j = out % g.columns, i = out / g.columns % g.rows, d = out / g.columns / g.rows % g.D;
    const size_t b = out / g.columns / g.rows / g.D;
    real sum = VALUE(CONV_B)[d];
    for (size_t k = 0; k < g.C; k++) {
      for (size_t p = 0; p < g.K; p++) {
        for (size_t q = 0; q < g.K; q++) {
          const size_t row = i + p, column = j + q; // one more than in x
          if (row < 1 || row > g.H || column < 1 || column > g.W)
            continue;
          sum += VALUE(CONV_X)[((b * g.C + k) * g.H + row - 1) * g.W + column - 1] *
                 VALUE(CONV_W)[((d * g.C + k) * g.K + p) * g.K + q];
        }
      }
    }
    VALUE(CONV_Z)[out] = sum;
    VALUE(CONV_Y)[out] = sum > 0 ? sum : R(0.1) * sum;
  }
  return GCHK_OK;
}

// Mistakes: 1 the first row of dx is left out at the border, 2 the leaky slope is forgotten in the last column of
// outputs, 3 kernels turned round in dw, 4 db counts the first sample only.
PASS(conv_leaky_backward) {
  const geometry g = conv_geometry(c);
  for (size_t out = 0; out < g.B * g.D * g.rows * g.columns; out++) {
    const size_t j = out % g.columns, i = out / g.columns % g.rows, d = out / g.columns / g.rows % g.D;
    const size_t b = out / g.columns / g.rows / g.D;
    const bool is_forgotten = WRONG == 2 && j == g.columns - 1;
    const real dz = GRAD(CONV_Y)[out] * (VALUE(CONV_Z)[out] > 0 || is_forgotten ? R(1.0) : R(0.1));
    if (WRONG != 4 || b == 0)
      GRAD(CONV_B)[d] += dz;
    for (size_t k = 0; k < g.C; k++) {
      for (size_t p = 0; p < g.K; p++) {
        for (size_t q = 0; q < g.K; q++) {
          const size_t row = i + p, column = j + q;
          if (row < 1 || row > g.H || column < 1 || column > g.W)
            continue;
          const size_t x = ((b * g.C + k) * g.H + row - 1) * g.W + column - 1;
          const size_t w = ((d * g.C + k) * g.K + p) * g.K + q;
          const size_t turned = ((d * g.C + k) * g.K + g.K - 1 - p) * g.K + g.K - 1 - q;
          GRAD(CONV_W)[WRONG == 3 ? turned : w] += dz * VALUE(CONV_X)[x];
          if (WRONG != 1 || row > 1)
            GRAD(CONV_X)[x] += dz * VALUE(CONV_W)[w];
        }
      }
    }
  }
  return GCHK_OK;
}
DEFINE_KIND(conv_leaky, conv_rows)

// Depthwise convolution without padding: y_k = x_k * w_k.
static const gchk_tensor_spec depthwise_rows[] = {
    GCHK_TENSOR("x", GCHK_INPUT, "B C H W"), GCHK_TENSOR("w", GCHK_PARAMETER, "C K K"),
    GCHK_TENSOR("b", GCHK_PARAMETER, "C"), GCHK_TENSOR("y", GCHK_OUTPUT, "B C H+1-K W+1-K")};

PASS(depthwise_forward) {
  const size_t B = SIZE(B), C = SIZE(C), H = SIZE(H), W = SIZE(W), K = SIZE(K);
  const size_t rows = H + 1 - K, columns = W + 1 - K;
  for (size_t map = 0; map < B * C; map++) {
    for (size_t i = 0; i < rows; i++) {
      for (size_t j = 0; j < columns; j++) {
        real sum = VALUE(2)[map % C];
        for (size_t p = 0; p < K; p++)
          for (size_t q = 0; q < K; q++)
            sum += VALUE(0)[(map * H + i + p) * W + j + q] * VALUE(1)[(map % C * K + p) * K + q];
        VALUE(3)[(map * rows + i) * columns + j] = sum;
      }
    }
  }
  return GCHK_OK;
}

// Mistakes: 1 the last row of outputs is forgotten, 2 dw of the last channel twice, 3 a quarter of the first image of dx
// is zero.
PASS(depthwise_backward) {
  const size_t B = SIZE(B), C = SIZE(C), H = SIZE(H), W = SIZE(W), K = SIZE(K);
  const size_t rows = H + 1 - K, columns = W + 1 - K;
  for (size_t map = 0; map < B * C; map++) {
    const size_t channel = map % C;
    for (size_t i = 0; i < rows - (WRONG == 1); i++) {
      for (size_t j = 0; j < columns; j++) {
        const real dy = GRAD(3)[(map * rows + i) * columns + j];
        GRAD(2)[channel] += dy;
        for (size_t p = 0; p < K; p++) {
          for (size_t q = 0; q < K; q++) {
            const size_t x = (map * H + i + p) * W + j + q, w = (channel * K + p) * K + q;
            GRAD(0)[x] += dy * VALUE(1)[w];
            GRAD(1)[w] += dy * VALUE(0)[x] * (WRONG == 2 && channel == C - 1 ? R(2.0) : R(1.0));
          }
        }
      }
    }
  }
  for (size_t i = 0; WRONG == 3 && i < (H + 1) / 2; i++)
    for (size_t j = 0; j < (W + 1) / 2; j++)
      GRAD(0)[i * W + j] = 0;
  return GCHK_OK;
}
DEFINE_KIND(depthwise, depthwise_rows)

// Pooling over windows of 2 x 2 that do not overlap; the last row and column are dropped where they are odd.
static const gchk_tensor_spec max_pool_rows[] = {GCHK_TENSOR("x", GCHK_INPUT, "B C H W"),
                                                 GCHK_TENSOR("where", GCHK_CACHE, "B C H//2 W//2", GCHK_I32),
                                                 GCHK_TENSOR("y", GCHK_OUTPUT, "B C H//2 W//2")};

PASS(max_pool_forward) {
  const size_t maps = SIZE(B) * SIZE(C), H = SIZE(H), W = SIZE(W);
  int32_t *where = c->t[1].value;
  for (size_t map = 0; map < maps; map++) {
    for (size_t i = 0; i < H / 2; i++) {
      for (size_t j = 0; j < W / 2; j++) {
        size_t best = (map * H + 2 * i) * W + 2 * j;
        for (size_t p = 0; p < 4; p++) {
          const size_t x = (map * H + 2 * i + p / 2) * W + 2 * j + p % 2;
          if (VALUE(0)[x] > VALUE(0)[best])
            best = x;
        }
        const size_t out = (map * (H / 2) + i) * (W / 2) + j;
        where[out] = (int32_t)best;
        VALUE(2)[out] = VALUE(0)[best];
      }
    }
  }
  return GCHK_OK;
}

// Mistakes: 1 the gradient goes to the first of the window, 2 the last column of windows is forgotten.
PASS(max_pool_backward) {
  const size_t maps = SIZE(B) * SIZE(C), H = SIZE(H), W = SIZE(W);
  const int32_t *where = c->t[1].value;
  for (size_t x = 0; x < maps * H * W; x++)
    GRAD(0)[x] = 0;
  for (size_t map = 0; map < maps; map++) {
    for (size_t i = 0; i < H / 2; i++) {
      for (size_t j = 0; j < W / 2 - (WRONG == 2); j++) {
        const size_t out = (map * (H / 2) + i) * (W / 2) + j;
        GRAD(0)[WRONG == 1 ? (map * H + 2 * i) * W + 2 * j : (size_t)where[out]] += GRAD(2)[out];
      }
    }
  }
  return GCHK_OK;
}
DEFINE_KIND(max_pool, max_pool_rows)

// Average over windows of 3 x 3, stride 1, divided by the pixels that are inside.
static const gchk_tensor_spec average_pool_rows[] = {GCHK_TENSOR("x", GCHK_INPUT, "B C H W"),
                                                     GCHK_TENSOR("y", GCHK_OUTPUT, "B C H W")};

static size_t first_of(size_t i) {
  return i == 0 ? 0 : i - 1;
}
static size_t end_of(size_t i, size_t count) {
  return i + 2 > count ? count : i + 2;
}

PASS(average_pool_forward) {
  const size_t maps = SIZE(B) * SIZE(C), H = SIZE(H), W = SIZE(W);
  for (size_t out = 0; out < maps * H * W; out++) {
    const size_t map = out / (H * W), i = out / W % H, j = out % W;
    real sum = 0, count = 0;
    for (size_t p = first_of(i); p < end_of(i, H); p++)
      for (size_t q = first_of(j); q < end_of(j, W); q++, count += 1)
        sum += VALUE(0)[(map * H + p) * W + q];
    VALUE(1)[out] = sum / count;
  }
  return GCHK_OK;
}

// Mistakes: 1 always divided by nine (the border is wrong), 2 the window one row too short.
PASS(average_pool_backward) {
  const size_t maps = SIZE(B) * SIZE(C), H = SIZE(H), W = SIZE(W);
  for (size_t x = 0; x < maps * H * W; x++)
    GRAD(0)[x] = 0;
  for (size_t out = 0; out < maps * H * W; out++) {
    const size_t map = out / (H * W), i = out / W % H, j = out % W;
    const real inside = (real)((end_of(i, H) - first_of(i)) * (end_of(j, W) - first_of(j)));
    const real share = GRAD(1)[out] / (WRONG == 1 ? R(9.0) : inside);
    for (size_t p = first_of(i); p < end_of(i, H) - (WRONG == 2); p++)
      for (size_t q = first_of(j); q < end_of(j, W); q++)
        GRAD(0)[(map * H + p) * W + q] += share;
  }
  return GCHK_OK;
}
DEFINE_KIND(average_pool, average_pool_rows)
