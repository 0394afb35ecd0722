/*
 * Losses of saturated outputs, as people write them in float, and values that an offset holds coarsely: forward is a
 * staircase there. And scalar losses behind units that kink.
 */
#include "corpus/real.h"

enum { X, W, TARGET, P, LOSS };

// p = sigmoid(x w); the mean over the rows of a binary cross entropy whose logarithms are kept from infinity.
static const gchk_tensor_spec binary_rows[] = {
    GCHK_TENSOR("x", GCHK_INPUT, "N C"), GCHK_TENSOR("w", GCHK_PARAMETER, "C"),
    GCHK_TENSOR("t", GCHK_INDEX, "N", .fill = {GCHK_FILL_LABELS, .below = "2"}), GCHK_TENSOR("p", GCHK_CACHE, "N"),
    GCHK_TENSOR("loss", GCHK_OUTPUT, "")};

static real probability(const gchk_call *c, size_t n) {
  real z = 0;
  for (size_t i = 0; i < SIZE(C); i++)
    z += VALUE(X)[n * SIZE(C) + i] * VALUE(W)[i];
  return R(1.0) / (R(1.0) + F(exp)(-z));
}

static real clipped(real p) {
  return F(fmin)(F(fmax)(p, R(1e-7)), R(1.0) - R(1e-7));
}

// dx and dw from dL/dz of one row.
static void spread(const gchk_call *c, size_t n, real dz) {
  for (size_t i = 0; i < SIZE(C); i++) {
    GRAD(X)[n * SIZE(C) + i] = dz * VALUE(W)[i];
    GRAD(W)[i] = (n == 0 ? R(0.0) : GRAD(W)[i]) + dz * VALUE(X)[n * SIZE(C) + i];
  }
}

PASS(added_bce_forward) {
  real loss = 0;
  for (size_t n = 0; n < SIZE(N); n++) {
    const real p = VALUE(P)[n] = probability(c, n);
    loss -= LABEL(TARGET)[n] == 1 ? F(log)(p + R(1e-7)) : F(log)(R(1.0) - p + R(1e-7));
  }
  VALUE(LOSS)[0] = loss / (real)SIZE(N);
  return GCHK_OK;
}

// Mistakes: 1 the sign of rows with target 0, 2 the last row, 3 p(1 - p) is forgotten.
PASS(added_bce_backward) {
  for (size_t n = 0; n < SIZE(N); n++) {
    const real p = VALUE(P)[n], scale = GRAD(LOSS)[0] / (real)SIZE(N);
    const bool is_one = LABEL(TARGET)[n] == 1;
    real dp = is_one ? R(-1.0) / (p + R(1e-7)) : R(1.0) / (R(1.0) - p + R(1e-7));
    if ((WRONG == 1 && !is_one) || (WRONG == 2 && n == SIZE(N) - 1))
      dp = -dp;
    spread(c, n, dp * scale * (WRONG == 3 ? R(1.0) : p * (R(1.0) - p)));
  }
  return GCHK_OK;
}
DEFINE_KIND(added_bce, binary_rows)

PASS(clipped_bce_forward) {
  real loss = 0;
  for (size_t n = 0; n < SIZE(N); n++) {
    const real p = VALUE(P)[n] = probability(c, n);
    loss -= LABEL(TARGET)[n] == 1 ? F(log)(clipped(p)) : F(log)(R(1.0) - clipped(p));
  }
  VALUE(LOSS)[0] = loss / (real)SIZE(N);
  return GCHK_OK;
}

// Mistakes: as above.
PASS(clipped_bce_backward) {
  for (size_t n = 0; n < SIZE(N); n++) {
    const real p = VALUE(P)[n], scale = GRAD(LOSS)[0] / (real)SIZE(N);
    const bool is_one = LABEL(TARGET)[n] == 1, is_inside = clipped(p) == p;
    real dz = is_one ? p - R(1.0) : p;
    if (WRONG == 3)
      dz /= p * (R(1.0) - p) + R(1e-7);
    if ((WRONG == 1 && !is_one) || (WRONG == 2 && n == SIZE(N) - 1))
      dz = -dz;
    spread(c, n, is_inside ? dz * scale : R(0.0));
  }
  return GCHK_OK;
}
DEFINE_KIND(clipped_bce, binary_rows)

// y = tanh((x + o) - o): x is held by units of o.
static const gchk_tensor_spec offset_rows[] = {
    GCHK_TENSOR("x", GCHK_INPUT, "N"),
    GCHK_TENSOR("o", GCHK_CONSTANT, "N", .fill = {.kind = GCHK_FILL_UNIFORM, .a = 500, .b = 5000}),
    GCHK_TENSOR("y", GCHK_OUTPUT, "N")};

PASS(offset_forward) {
  for (size_t i = 0; i < SIZE(N); i++) {
    const volatile real far = VALUE(0)[i] + VALUE(1)[i];
    VALUE(2)[i] = F(tanh)(far - VALUE(1)[i]);
  }
  return GCHK_OK;
}

// Mistakes: 1 the slope of x in place of y, 2 the last element's sign.
PASS(offset_backward) {
  for (size_t i = 0; i < SIZE(N); i++) {
    const real y = WRONG == 1 ? VALUE(0)[i] : VALUE(2)[i];
    GRAD(0)[i] = (R(1.0) - y * y) * GRAD(2)[i] * (WRONG == 2 && i == SIZE(N) - 1 ? R(-1.0) : R(1.0));
  }
  return GCHK_OK;
}
DEFINE_KIND(offset, offset_rows)

// relu(x w) v, and the mean cross entropy of its rows.
enum { NET_X, NET_W, NET_B, NET_V, NET_LABEL, NET_H, NET_P, NET_LOSS };
static const gchk_tensor_spec classifier_rows[] = {
    GCHK_TENSOR("x", GCHK_INPUT, "N C"),
    GCHK_TENSOR("w", GCHK_PARAMETER, "C H"),
    GCHK_TENSOR("b", GCHK_PARAMETER, "H"),
    GCHK_TENSOR("v", GCHK_PARAMETER, "H K"),
    GCHK_TENSOR("label", GCHK_INDEX, "N", .fill = {GCHK_FILL_LABELS, .below = "K"}),
    GCHK_TENSOR("h", GCHK_CACHE, "N H"),
    GCHK_TENSOR("p", GCHK_CACHE, "N K"),
    GCHK_TENSOR("loss", GCHK_OUTPUT, "")};

// The loss of one row; its probabilities into p.
static real row_loss(const gchk_call *c, size_t n, real *p) {
  const size_t C = SIZE(C), H = SIZE(H), K = SIZE(K);
  real *h = VALUE(NET_H) + n * H, largest = R(-1e30), sum = 0, of_label = 0;
  for (size_t j = 0; j < H; j++) {
    real s = VALUE(NET_B)[j];
    for (size_t i = 0; i < C; i++)
      s += VALUE(NET_X)[n * C + i] * VALUE(NET_W)[i * H + j];
    h[j] = F(fmax)(s, R(0.0));
  }
  for (size_t k = 0; k < K; k++) {
    p[k] = 0;
    for (size_t j = 0; j < H; j++)
      p[k] += h[j] * VALUE(NET_V)[j * K + k];
    largest = F(fmax)(largest, p[k]);
    if ((size_t)LABEL(NET_LABEL)[n] == k)
      of_label = p[k];
  }
  for (size_t k = 0; k < K; k++)
    sum += p[k] = F(exp)(p[k] - largest);
  for (size_t k = 0; k < K; k++)
    p[k] /= sum;
  return F(log)(sum) + largest - of_label;
}

PASS(classifier_forward) {
  real loss = 0;
  for (size_t n = 0; n < SIZE(N); n++)
    loss += row_loss(c, n, VALUE(NET_P) + n * SIZE(K));
  VALUE(NET_LOSS)[0] = loss / (real)SIZE(N);
  return GCHK_OK;
}

static void clear(real *x, size_t count) {
  for (size_t i = 0; i < count; i++)
    x[i] = 0;
}

// Adds what one row gives; dz is dL/dlogits.
static void row_gradients(const gchk_call *c, size_t n, const real *dz) {
  const size_t C = SIZE(C), H = SIZE(H), K = SIZE(K);
  const real *h = VALUE(NET_H) + n * H;
  for (size_t j = 0; j < H; j++) {
    real dh = 0;
    for (size_t k = 0; k < K; k++) {
      GRAD(NET_V)[j * K + k] += h[j] * dz[k];
      dh += VALUE(NET_V)[j * K + k] * dz[k];
    }
    if (h[j] <= R(0.0) && WRONG != 3)
      continue;
    GRAD(NET_B)[j] += dh;
    for (size_t i = 0; i < C; i++) {
      GRAD(NET_W)[i * H + j] += dh * VALUE(NET_X)[n * C + i];
      GRAD(NET_X)[n * C + i] += dh * VALUE(NET_W)[i * H + j];
    }
  }
}

// Mistakes: 1 the label's term, 2 the last row, 3 units that are off pass gradients.
PASS(classifier_backward) {
  enum { MOST = 64 };
  const size_t K = SIZE(K);
  real dz[MOST];
  for (size_t t = NET_X; t <= NET_V; t++)
    clear(GRAD(t), c->t[t].count);
  for (size_t n = 0; n < SIZE(N); n++) {
    for (size_t k = 0; k < K && k < MOST; k++) {
      const bool is_label = WRONG != 1 && (size_t)LABEL(NET_LABEL)[n] == k;
      dz[k] = (VALUE(NET_P)[n * K + k] - (is_label ? R(1.0) : R(0.0))) * GRAD(NET_LOSS)[0] / (real)SIZE(N);
      if (WRONG == 2 && n == SIZE(N) - 1)
        dz[k] /= R(2.0);
    }
    row_gradients(c, n, dz);
  }
  return GCHK_OK;
}
DEFINE_KIND(classifier, classifier_rows)
