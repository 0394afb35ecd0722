/*
 * Softmax and losses. A loss is the mean over the rows.
 */
#include "corpus/real.h"

// Writes exp(x - largest) / sum; returns the logarithm of the sum of exp(x).
static real softmax_row(real *p, const real *x, size_t count) {
  real largest = x[0], sum = 0;
  for (size_t i = 1; i < count; i++)
    largest = x[i] > largest ? x[i] : largest;
  for (size_t i = 0; i < count; i++)
    sum += p[i] = F(exp)(x[i] - largest);
  for (size_t i = 0; i < count; i++)
    p[i] /= sum;
  return largest + F(log)(sum);
}

static const gchk_tensor_spec softmax_rows[] = {GCHK_TENSOR("x", GCHK_INPUT, "N C"),
                                                GCHK_TENSOR("y", GCHK_OUTPUT, "N C")};

PASS(softmax_forward) {
  for (size_t n = 0; n < SIZE(N); n++)
    (void)softmax_row(VALUE(1) + n * SIZE(C), VALUE(0) + n * SIZE(C), SIZE(C));
  return GCHK_OK;
}

// dx = y (dy - sum dy y). Mistakes: 1 the sum is forgotten, 2 it leaves out the last class.
PASS(softmax_backward) {
  const size_t C = SIZE(C);
  for (size_t n = 0; n < SIZE(N); n++) {
    const real *y = VALUE(1) + n * C, *dy = GRAD(1) + n * C;
    real sum = 0;
    for (size_t i = 0; i < C - (WRONG == 2); i++)
      sum += dy[i] * y[i];
    for (size_t i = 0; i < C; i++)
      GRAD(0)[n * C + i] = y[i] * (dy[i] - (WRONG == 1 ? R(0.0) : sum));
  }
  return GCHK_OK;
}
DEFINE_KIND(softmax, softmax_rows)

enum { LOSS_X, LOSS_LABEL, LOSS_P, LOSS_Y };
static const gchk_tensor_spec cross_entropy_rows[] = {
    GCHK_TENSOR("x", GCHK_INPUT, "N C"),
    GCHK_TENSOR("label", GCHK_INDEX, "N", .fill = {GCHK_FILL_LABELS, .below = "C"}),
    GCHK_TENSOR("p", GCHK_CACHE, "N C"), GCHK_TENSOR("loss", GCHK_OUTPUT, "")};

PASS(cross_entropy_forward) {
  const size_t N = SIZE(N), C = SIZE(C);
  real loss = 0;
  for (size_t n = 0; n < N; n++) {
    const real *x = VALUE(LOSS_X) + n * C;
    loss += softmax_row(VALUE(LOSS_P) + n * C, x, C) - x[LABEL(LOSS_LABEL)[n]];
  }
  VALUE(LOSS_Y)[0] = loss / (real)N;
  return GCHK_OK;
}

// Mistakes: 1 the label's own term is forgotten, 2 not divided by the batch but by one more, 3 the last sample is zero.
PASS(cross_entropy_backward) {
  const size_t N = SIZE(N), C = SIZE(C);
  const real scale = GRAD(LOSS_Y)[0] / (real)(WRONG == 2 ? N + 1 : N);
  for (size_t n = 0; n < N; n++) {
    for (size_t i = 0; i < C; i++) {
      const bool is_label = WRONG != 1 && (size_t)LABEL(LOSS_LABEL)[n] == i;
      const real d = VALUE(LOSS_P)[n * C + i] - (is_label ? R(1.0) : R(0.0));
      GRAD(LOSS_X)[n * C + i] = WRONG == 3 && n == N - 1 ? R(0.0) : d * scale;
    }
  }
  return GCHK_OK;
}
DEFINE_KIND(cross_entropy, cross_entropy_rows)

// -(1 - p)^2 log p of the label's p; dx_i = dL/dlog p (label_i - p_i).
PASS(focal_loss_forward) {
  const size_t N = SIZE(N), C = SIZE(C);
  real loss = 0;
  for (size_t n = 0; n < N; n++) {
    const real *x = VALUE(LOSS_X) + n * C;
    const real log_p = x[LABEL(LOSS_LABEL)[n]] - softmax_row(VALUE(LOSS_P) + n * C, x, C);
    const real rest = R(1.0) - F(exp)(log_p);
    loss -= rest * rest * log_p;
  }
  VALUE(LOSS_Y)[0] = loss / (real)N;
  return GCHK_OK;
}

// Mistakes: 1 the focal factor taken as a constant, 2 its derivative has the wrong sign.
PASS(focal_loss_backward) {
  const size_t N = SIZE(N), C = SIZE(C);
  for (size_t n = 0; n < N; n++) {
    const size_t label = (size_t)LABEL(LOSS_LABEL)[n];
    const real *p = VALUE(LOSS_P) + n * C, rest = R(1.0) - p[label];
    const real inner = R(2.0) * rest * p[label] * F(log)(p[label]);
    const real slope = -rest * rest + (WRONG == 1 ? R(0.0) : WRONG == 2 ? -inner : inner);
    for (size_t i = 0; i < C; i++)
      GRAD(LOSS_X)[n * C + i] = GRAD(LOSS_Y)[0] / (real)N * slope * ((i == label ? R(1.0) : R(0.0)) - p[i]);
  }
  return GCHK_OK;
}
DEFINE_KIND(focal_loss, cross_entropy_rows)

// Smooth L1 between x and a target that is differentiated as well: d^2/2 below 1, |d| - 1/2 above.
static const gchk_tensor_spec smooth_l1_rows[] = {GCHK_TENSOR("x", GCHK_INPUT, "N C"),
                                                  GCHK_TENSOR("target", GCHK_INPUT, "N C"),
                                                  GCHK_TENSOR("loss", GCHK_OUTPUT, "")};

PASS(smooth_l1_forward) {
  const size_t count = SIZE(N) * SIZE(C);
  real sum = 0;
  for (size_t i = 0; i < count; i++) {
    const real d = F(fabs)(VALUE(0)[i] - VALUE(1)[i]);
    sum += d < R(1.0) ? R(0.5) * d * d : d - R(0.5);
  }
  VALUE(2)[0] = sum / (real)count;
  return GCHK_OK;
}

// Mistakes: 1 the target's gradient has the sign of x's, 2 not clipped.
PASS(smooth_l1_backward) {
  const size_t count = SIZE(N) * SIZE(C);
  for (size_t i = 0; i < count; i++) {
    const real d = VALUE(0)[i] - VALUE(1)[i];
    const real clipped = WRONG == 2 ? d : F(fmax)(R(-1.0), F(fmin)(R(1.0), d));
    GRAD(0)[i] = clipped / (real)count * GRAD(2)[0];
    GRAD(1)[i] = WRONG == 1 ? GRAD(0)[i] : -GRAD(0)[i];
  }
  return GCHK_OK;
}
DEFINE_KIND(smooth_l1, smooth_l1_rows)

static const gchk_tensor_spec logsumexp_rows[] = {GCHK_TENSOR("x", GCHK_INPUT, "N C"),
                                                  GCHK_TENSOR("y", GCHK_OUTPUT, "N")};

static real logsumexp(const real *x, size_t count) {
  real largest = x[0], sum = 0;
  for (size_t i = 1; i < count; i++)
    largest = F(fmax)(largest, x[i]);
  for (size_t i = 0; i < count; i++)
    sum += F(exp)(x[i] - largest);
  return largest + F(log)(sum);
}

PASS(logsumexp_forward) {
  for (size_t n = 0; n < SIZE(N); n++)
    VALUE(1)[n] = logsumexp(VALUE(0) + n * SIZE(C), SIZE(C));
  return GCHK_OK;
}

// dx = dy exp(x - y). Mistakes: 1 twice, 2 the last sample is not written.
PASS(logsumexp_backward) {
  const size_t C = SIZE(C);
  for (size_t n = 0; n < SIZE(N); n++)
    for (size_t i = 0; i < C; i++)
      GRAD(0)
  [n * C + i] = WRONG == 2 && n == SIZE(N) - 1
                    ? R(0.0)
                    : GRAD(1)[n] * F(exp)(VALUE(0)[n * C + i] - VALUE(1)[n]) * (WRONG == 1 ? R(2.0) : R(1.0));
  return GCHK_OK;
}
DEFINE_KIND(logsumexp, logsumexp_rows)

// Cosine of the angle between rows of a and b.
static const gchk_tensor_spec cosine_rows[] = {GCHK_TENSOR("a", GCHK_INPUT, "N C"), GCHK_TENSOR("b", GCHK_INPUT, "N C"),
                                               GCHK_TENSOR("y", GCHK_OUTPUT, "N")};

static real dot(const real *a, const real *b, size_t count) {
  real sum = 0;
  for (size_t i = 0; i < count; i++)
    sum += a[i] * b[i];
  return sum;
}

PASS(cosine_forward) {
  const size_t C = SIZE(C);
  for (size_t n = 0; n < SIZE(N); n++) {
    const real *a = VALUE(0) + n * C, *b = VALUE(1) + n * C;
    VALUE(2)[n] = dot(a, b, C) / (F(sqrt)(dot(a, a, C)) * F(sqrt)(dot(b, b, C)) + R(1e-8));
  }
  return GCHK_OK;
}

// With norms p, q and e = pq + eps: da = dy (b / e - ab q a / (p e^2)). Mistakes: 1 norms as constants in da, 2 the
// wrong sign there in db.
PASS(cosine_backward) {
  const size_t C = SIZE(C);
  for (size_t n = 0; n < SIZE(N); n++) {
    const real *a = VALUE(0) + n * C, *b = VALUE(1) + n * C, dy = GRAD(2)[n];
    const real p = F(sqrt)(dot(a, a, C)), q = F(sqrt)(dot(b, b, C)), e = p * q + R(1e-8), ab = dot(a, b, C);
    for (size_t i = 0; i < C; i++) {
      GRAD(0)[n * C + i] = dy * (b[i] / e - (WRONG == 1 ? R(0.0) : ab * q * a[i] / (p * e * e)));
      GRAD(1)[n * C + i] = dy * (a[i] / e - ab * p * b[i] / (q * e * e) * (WRONG == 2 ? R(-1.0) : R(1.0)));
    }
  }
  return GCHK_OK;
}
DEFINE_KIND(cosine, cosine_rows)
