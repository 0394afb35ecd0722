/*
 * What is neither a net, nor recurrent, nor over images: gates, elementwise functions, look-ups, long reductions.
 */
#include "corpus/real.h"

// The gated unit of language models: y = (silu(x W1) * (x W3)) W2.
enum { GATED_X, GATED_W1, GATED_W3, GATED_W2, GATED_U, GATED_V, GATED_Y };
static const gchk_tensor_spec swiglu_rows[] = {
    GCHK_TENSOR("x", GCHK_INPUT, "N C"),      GCHK_TENSOR("w1", GCHK_PARAMETER, "H C"),
    GCHK_TENSOR("w3", GCHK_PARAMETER, "H C"), GCHK_TENSOR("w2", GCHK_PARAMETER, "C H"),
    GCHK_TENSOR("u", GCHK_CACHE, "N H"),      GCHK_TENSOR("v", GCHK_CACHE, "N H"),
    GCHK_TENSOR("y", GCHK_OUTPUT, "N C")};

static real sigmoid(real x) {
  return R(1.0) / (R(1.0) + F(exp)(-x));
}

static real dot(const real *a, const real *b, size_t count) {
  real sum = 0;
  for (size_t i = 0; i < count; i++)
    sum += a[i] * b[i];
  return sum;
}

PASS(swiglu_forward) {
  const size_t C = SIZE(C), H = SIZE(H);
  for (size_t n = 0; n < SIZE(N); n++) {
    const real *x = VALUE(GATED_X) + n * C;
    real *u = VALUE(GATED_U) + n * H, *v = VALUE(GATED_V) + n * H, *y = VALUE(GATED_Y) + n * C;
    for (size_t h = 0; h < H; h++) {
      u[h] = dot(x, VALUE(GATED_W1) + h * C, C);
      v[h] = dot(x, VALUE(GATED_W3) + h * C, C);
    }
    for (size_t i = 0; i < C; i++) {
      real sum = 0;
      for (size_t h = 0; h < H; h++)
        sum += u[h] * sigmoid(u[h]) * v[h] * VALUE(GATED_W2)[i * H + h];
      y[i] = sum;
    }
  }
  return GCHK_OK;
}

// Mistakes: 1 the slope of silu without its second term, 2 dw3 without the gate, 3 dx without what comes through w3.
PASS(swiglu_backward) {
  const size_t C = SIZE(C), H = SIZE(H);
  for (size_t n = 0; n < SIZE(N); n++) {
    const real *x = VALUE(GATED_X) + n * C, *dy = GRAD(GATED_Y) + n * C;
    real *dx = GRAD(GATED_X) + n * C;
    for (size_t h = 0; h < H; h++) {
      const real u = VALUE(GATED_U)[n * H + h], v = VALUE(GATED_V)[n * H + h], s = sigmoid(u);
      real dh = 0;
      for (size_t i = 0; i < C; i++) {
        dh += dy[i] * VALUE(GATED_W2)[i * H + h];
        GRAD(GATED_W2)[i * H + h] += dy[i] * u * s * v;
      }
      const real du = dh * v * (WRONG == 1 ? s : s + u * s * (R(1.0) - s)), dv = dh * u * s;
      for (size_t i = 0; i < C; i++) {
        GRAD(GATED_W1)[h * C + i] += du * x[i];
        GRAD(GATED_W3)[h * C + i] += (WRONG == 2 ? dh : dv) * x[i];
        dx[i] += du * VALUE(GATED_W1)[h * C + i] + (WRONG == 3 ? R(0.0) : dv * VALUE(GATED_W3)[h * C + i]);
      }
    }
  }
  return GCHK_OK;
}
DEFINE_KIND(swiglu, swiglu_rows)

// gelu by tanh.
static const gchk_tensor_spec gelu_rows[] = {GCHK_TENSOR("x", GCHK_INPUT, "N"), GCHK_TENSOR("y", GCHK_OUTPUT, "N")};
#define GELU_SCALE R(0.7978845608028653558798921198687637) // sqrt(2 / pi)
#define GELU_CUBIC R(0.044715)

PASS(gelu_forward) {
  for (size_t i = 0; i < SIZE(N); i++) {
    const real x = VALUE(0)[i];
    VALUE(1)[i] = R(0.5) * x * (R(1.0) + F(tanh)(GELU_SCALE * (x + GELU_CUBIC * x * x * x)));
  }
  return GCHK_OK;
}

// Mistakes: 1 what comes through tanh is forgotten, 2 the last element twice.
PASS(gelu_backward) {
  for (size_t i = 0; i < SIZE(N); i++) {
    const real x = VALUE(0)[i], t = F(tanh)(GELU_SCALE * (x + GELU_CUBIC * x * x * x));
    const real inner = GELU_SCALE * (R(1.0) + R(3.0) * GELU_CUBIC * x * x);
    const real through = R(0.5) * x * (R(1.0) - t * t) * inner;
    const real slope = R(0.5) * (R(1.0) + t) + (WRONG == 1 ? R(0.0) : through);
    GRAD(0)[i] = GRAD(1)[i] * slope * (WRONG == 2 && i == SIZE(N) - 1 ? R(2.0) : R(1.0));
  }
  return GCHK_OK;
}
DEFINE_KIND(gelu, gelu_rows)

// A slope a channel below zero.
static const gchk_tensor_spec prelu_rows[] = {GCHK_TENSOR("x", GCHK_INPUT, "N C"),
                                              GCHK_TENSOR("slope", GCHK_PARAMETER, "C"),
                                              GCHK_TENSOR("y", GCHK_OUTPUT, "N C")};

PASS(prelu_forward) {
  for (size_t i = 0; i < SIZE(N) * SIZE(C); i++)
    VALUE(2)[i] = VALUE(0)[i] > 0 ? VALUE(0)[i] : VALUE(1)[i % SIZE(C)] * VALUE(0)[i];
  return GCHK_OK;
}

// Mistakes: 1 the slope's gradient from the output, 2 the slope forgotten in the last channel of dx.
PASS(prelu_backward) {
  const size_t C = SIZE(C);
  for (size_t i = 0; i < SIZE(N) * C; i++) {
    const real x = VALUE(0)[i], dy = GRAD(2)[i], slope = WRONG == 2 && i % C == C - 1 ? R(1.0) : VALUE(1)[i % C];
    GRAD(0)[i] = x > 0 ? dy : slope * dy;
    GRAD(1)[i % C] += x > 0 ? R(0.0) : (WRONG == 1 ? VALUE(2)[i] : x) * dy;
  }
  return GCHK_OK;
}
DEFINE_KIND(prelu, prelu_rows)

// y_o = a W_o b + c_o
enum { BILINEAR_A, BILINEAR_B, BILINEAR_W, BILINEAR_C, BILINEAR_Y };
static const gchk_tensor_spec bilinear_rows[] = {
    GCHK_TENSOR("a", GCHK_INPUT, "N P"), GCHK_TENSOR("b", GCHK_INPUT, "N Q"), GCHK_TENSOR("w", GCHK_PARAMETER, "O P Q"),
    GCHK_TENSOR("c", GCHK_PARAMETER, "O"), GCHK_TENSOR("y", GCHK_OUTPUT, "N O")};

PASS(bilinear_forward) {
  const size_t P = SIZE(P), Q = SIZE(Q), O = SIZE(O);
  for (size_t n = 0; n < SIZE(N); n++) {
    for (size_t o = 0; o < O; o++) {
      real sum = VALUE(BILINEAR_C)[o];
      for (size_t p = 0; p < P; p++)
        sum += VALUE(BILINEAR_A)[n * P + p] * dot(VALUE(BILINEAR_W) + (o * P + p) * Q, VALUE(BILINEAR_B) + n * Q, Q);
      VALUE(BILINEAR_Y)[n * O + o] = sum;
    }
  }
  return GCHK_OK;
}

// Mistakes: 1 db without the last row of W, 2 dw has the wrong sign in the first output, 3 the last sample left out.
PASS(bilinear_backward) {
  const size_t P = SIZE(P), Q = SIZE(Q), O = SIZE(O);
  for (size_t n = 0; n < SIZE(N) - (WRONG == 3); n++) {
    const real *a = VALUE(BILINEAR_A) + n * P, *b = VALUE(BILINEAR_B) + n * Q;
    for (size_t o = 0; o < O; o++) {
      const real dy = GRAD(BILINEAR_Y)[n * O + o];
      GRAD(BILINEAR_C)[o] += dy;
      for (size_t p = 0; p < P; p++) {
        const size_t row = (o * P + p) * Q;
        GRAD(BILINEAR_A)[n * P + p] += dy * dot(VALUE(BILINEAR_W) + row, b, Q);
        for (size_t q = 0; q < Q; q++) {
          if (WRONG != 1 || p < P - 1)
            GRAD(BILINEAR_B)[n * Q + q] += dy * a[p] * VALUE(BILINEAR_W)[row + q];
          GRAD(BILINEAR_W)[row + q] += (WRONG == 2 && o == 0 ? -dy : dy) * a[p] * b[q];
        }
      }
    }
  }
  return GCHK_OK;
}
DEFINE_KIND(bilinear, bilinear_rows)

// The sum of the embeddings of T tokens.
static const gchk_tensor_spec embedding_rows[] = {
    GCHK_TENSOR("token", GCHK_INDEX, "B T", .fill = {GCHK_FILL_INDICES, .below = "V"}),
    GCHK_TENSOR("table", GCHK_PARAMETER, "V E"), GCHK_TENSOR("y", GCHK_OUTPUT, "B E")};

PASS(embedding_sum_forward) {
  const size_t B = SIZE(B), T = SIZE(T), E = SIZE(E);
  for (size_t b = 0; b < B; b++) {
    for (size_t e = 0; e < E; e++) {
      real sum = 0;
      for (size_t t = 0; t < T; t++)
        sum += VALUE(1)[(size_t)LABEL(0)[b * T + t] * E + e];
      VALUE(2)[b * E + e] = sum;
    }
  }
  return GCHK_OK;
}

// Mistakes: 1 repeated tokens overwrite, 2 the last sample is left out.
PASS(embedding_sum_backward) {
  const size_t B = SIZE(B), T = SIZE(T), V = SIZE(V), E = SIZE(E);
  for (size_t i = 0; i < V * E; i++)
    GRAD(1)[i] = 0;
  for (size_t b = 0; b < B - (WRONG == 2); b++) {
    for (size_t t = 0; t < T; t++) {
      for (size_t e = 0; e < E; e++) {
        real *d = &GRAD(1)[(size_t)LABEL(0)[b * T + t] * E + e];
        *d = WRONG == 1 ? GRAD(2)[b * E + e] : *d + GRAD(2)[b * E + e];
      }
    }
  }
  return GCHK_OK;
}
DEFINE_KIND(embedding_sum, embedding_rows)

// Mean and variance of all elements, each in one accumulator.
static const gchk_tensor_spec moments_rows[] = {GCHK_TENSOR("x", GCHK_INPUT, "N"), GCHK_TENSOR("mean", GCHK_OUTPUT, ""),
                                                GCHK_TENSOR("variance", GCHK_OUTPUT, "")};

static real mean_of(const real *x, size_t count) {
  real sum = 0;
  for (size_t i = 0; i < count; i++)
    sum += x[i];
  return sum / (real)count;
}

PASS(moments_forward) {
  const real *x = VALUE(0), mean = mean_of(x, SIZE(N));
  const size_t N = SIZE(N);
  real squares = 0;
  for (size_t i = 0; i < N; i++)
    squares += (x[i] - mean) * (x[i] - mean);
  VALUE(1)[0] = mean;
  VALUE(2)[0] = squares / (real)N;
  return GCHK_OK;
}

// Mistakes: 1 the factor 2 of the variance, 2 the mean has the wrong sign.
PASS(moments_backward) {
  const size_t N = SIZE(N);
  const real mean = mean_of(VALUE(0), N), dm = WRONG == 2 ? -GRAD(1)[0] : GRAD(1)[0], dv = GRAD(2)[0];
  for (size_t i = 0; i < N; i++)
    GRAD(0)[i] = (dm + (WRONG == 1 ? R(1.0) : R(2.0)) * dv * (VALUE(0)[i] - mean)) / (real)N;
  return GCHK_OK;
}
DEFINE_KIND(moments, moments_rows)
