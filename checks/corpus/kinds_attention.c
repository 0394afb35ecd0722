/*
 * Causal attention, softmax(q k^T / sqrt(D)) v over the keys up to one's own, with one head, and over E = heads x D columns
 * with projections before and after.
 */
#include "corpus/real.h"

// One head; rows are `stride` apart. p (T,T) is kept.
static void attend(real *y, real *p, const real *q, const real *k, const real *v, size_t T, size_t D, size_t stride) {
  const real scale = R(1.0) / F(sqrt)((real)D);
  for (size_t t = 0; t < T; t++) {
    real largest = -R(1e30), sum = 0;
    for (size_t s = 0; s <= t; s++) {
      real score = 0;
      for (size_t i = 0; i < D; i++)
        score += q[t * stride + i] * k[s * stride + i];
      p[t * T + s] = score * scale;
      largest = F(fmax)(largest, score * scale);
    }
    for (size_t s = 0; s <= t; s++)
      sum += p[t * T + s] = F(exp)(p[t * T + s] - largest);
    for (size_t s = 0; s < T; s++)
      p[t * T + s] = s <= t ? p[t * T + s] / sum : R(0.0);
    for (size_t i = 0; i < D; i++) {
      real total = 0;
      for (size_t s = 0; s <= t; s++)
        total += p[t * T + s] * v[s * stride + i];
      y[t * stride + i] = total;
    }
  }
}

// dv = p^T dy, dp = dy v^T, ds = p (dp - sum p dp), dq = ds k / sqrt(D), dk = ds^T q / sqrt(D).
// Mistakes: 1 the sum over p dp is forgotten, 2 the last key of dk, 3 no 1/sqrt(D) in dq, 4 dv has the wrong sign.
static void attend_backward(real *dq, real *dk, real *dv, const real *dy, const real *p, const real *q, const real *k,
                            const real *v, size_t T, size_t D, size_t stride, int wrong) {
  const real scale = R(1.0) / F(sqrt)((real)D);
  for (size_t t = 0; t < T; t++) {
    real sum = 0;
    for (size_t s = 0; s <= t; s++)
      for (size_t i = 0; i < D; i++)
        sum += p[t * T + s] * dy[t * stride + i] * v[s * stride + i];
    for (size_t s = 0; s <= t; s++) {
      real dp = 0;
      for (size_t i = 0; i < D; i++) {
        dp += dy[t * stride + i] * v[s * stride + i];
        dv[s * stride + i] += p[t * T + s] * dy[t * stride + i] * (wrong == 4 ? R(-1.0) : R(1.0));
      }
      const real ds = p[t * T + s] * (dp - (wrong == 1 ? R(0.0) : sum));
      for (size_t i = 0; i < D; i++) {
        dq[t * stride + i] += ds * k[s * stride + i] * (wrong == 3 ? R(1.0) : scale);
        if (wrong != 2 || s < T - 1)
          dk[s * stride + i] += ds * q[t * stride + i] * scale;
      }
    }
  }
}

static void set_zero(real *x, size_t count) {
  for (size_t i = 0; i < count; i++)
    x[i] = 0;
}

static const gchk_tensor_spec attention_rows[] = {
    GCHK_TENSOR("q", GCHK_INPUT, "B T D"), GCHK_TENSOR("k", GCHK_INPUT, "B T D"), GCHK_TENSOR("v", GCHK_INPUT, "B T D"),
    GCHK_TENSOR("p", GCHK_CACHE, "B T T"), GCHK_TENSOR("y", GCHK_OUTPUT, "B T D")};

PASS(attention_forward) {
  const size_t T = SIZE(T), D = SIZE(D);
  for (size_t b = 0; b < SIZE(B); b++) {
    const size_t at = b * T * D;
    attend(VALUE(4) + at, VALUE(3) + b * T * T, VALUE(0) + at, VALUE(1) + at, VALUE(2) + at, T, D, D);
  }
  return GCHK_OK;
}

PASS(attention_backward) {
  const size_t T = SIZE(T), D = SIZE(D);
  for (size_t i = 0; i < 3; i++)
    set_zero(GRAD(i), SIZE(B) * T * D);
  for (size_t b = 0; b < SIZE(B); b++) {
    const size_t at = b * T * D;
    attend_backward(GRAD(0) + at, GRAD(1) + at, GRAD(2) + at, GRAD(4) + at, VALUE(3) + b * T * T, VALUE(0) + at,
                    VALUE(1) + at, VALUE(2) + at, T, D, D, WRONG);
  }
  return GCHK_OK;
}
DEFINE_KIND(attention, attention_rows)

// x (T,E) -> q, k, v by wq, wk, wv (E,E) -> heads -> wo (E,E), E = J heads of D columns.
enum {
  MHA_X,
  MHA_WQ,
  MHA_WK,
  MHA_WV,
  MHA_WO,
  MHA_Q,
  MHA_K,
  MHA_V,
  MHA_P,
  MHA_A,
  MHA_DQ,
  MHA_DK,
  MHA_DV,
  MHA_DA,
  MHA_Y
};
static const gchk_tensor_spec multi_head_rows[] = {
    GCHK_TENSOR("x", GCHK_INPUT, "T J*D"),        GCHK_TENSOR("wq", GCHK_PARAMETER, "J*D J*D"),
    GCHK_TENSOR("wk", GCHK_PARAMETER, "J*D J*D"), GCHK_TENSOR("wv", GCHK_PARAMETER, "J*D J*D"),
    GCHK_TENSOR("wo", GCHK_PARAMETER, "J*D J*D"), GCHK_TENSOR("q", GCHK_CACHE, "T J*D"),
    GCHK_TENSOR("k", GCHK_CACHE, "T J*D"),        GCHK_TENSOR("v", GCHK_CACHE, "T J*D"),
    GCHK_TENSOR("p", GCHK_CACHE, "J T T"),        GCHK_TENSOR("a", GCHK_CACHE, "T J*D"),
    GCHK_TENSOR("dq", GCHK_SCRATCH, "T J*D"),     GCHK_TENSOR("dk", GCHK_SCRATCH, "T J*D"),
    GCHK_TENSOR("dv", GCHK_SCRATCH, "T J*D"),     GCHK_TENSOR("da", GCHK_SCRATCH, "T J*D"),
    GCHK_TENSOR("y", GCHK_OUTPUT, "T J*D")};

// y (T,E) = x (T,E) w (E,E)
static void project(real *y, const real *x, const real *w, size_t T, size_t E) {
  for (size_t t = 0; t < T; t++) {
    for (size_t o = 0; o < E; o++) {
      real sum = 0;
      for (size_t i = 0; i < E; i++)
        sum += x[t * E + i] * w[i * E + o];
      y[t * E + o] = sum;
    }
  }
}

// dx += dy w^T, dw += x^T dy
static void project_backward(real *dx, real *dw, const real *dy, const real *x, const real *w, size_t T, size_t E) {
  for (size_t t = 0; t < T; t++) {
    for (size_t i = 0; i < E; i++) {
      for (size_t o = 0; o < E; o++) {
        dx[t * E + i] += dy[t * E + o] * w[i * E + o];
        dw[i * E + o] += x[t * E + i] * dy[t * E + o];
      }
    }
  }
}

PASS(multi_head_forward) {
  const size_t T = SIZE(T), D = SIZE(D), E = SIZE(J) * D;
  for (int i = 0; i < 3; i++)
    project(VALUE(MHA_Q + i), VALUE(MHA_X), VALUE(MHA_WQ + i), T, E);
  for (size_t j = 0; j < SIZE(J); j++)
    attend(VALUE(MHA_A) + j * D, VALUE(MHA_P) + j * T * T, VALUE(MHA_Q) + j * D, VALUE(MHA_K) + j * D,
           VALUE(MHA_V) + j * D, T, D, E);
  project(VALUE(MHA_Y), VALUE(MHA_A), VALUE(MHA_WO), T, E);
  return GCHK_OK;
}

PASS(multi_head_backward) {
  const size_t T = SIZE(T), D = SIZE(D), E = SIZE(J) * D;
  for (int i = 0; i < 4; i++)
    set_zero(VALUE(MHA_DQ + i), T * E);
  project_backward(VALUE(MHA_DA), GRAD(MHA_WO), GRAD(MHA_Y), VALUE(MHA_A), VALUE(MHA_WO), T, E);
  for (size_t j = 0; j < SIZE(J); j++)
    attend_backward(VALUE(MHA_DQ) + j * D, VALUE(MHA_DK) + j * D, VALUE(MHA_DV) + j * D, VALUE(MHA_DA) + j * D,
                    VALUE(MHA_P) + j * T * T, VALUE(MHA_Q) + j * D, VALUE(MHA_K) + j * D, VALUE(MHA_V) + j * D, T, D, E,
                    WRONG);
  for (int i = 0; i < 3; i++)
    project_backward(GRAD(MHA_X), GRAD(MHA_WQ + i), VALUE(MHA_DQ + i), VALUE(MHA_X), VALUE(MHA_WQ + i), T, E);
  return GCHK_OK;
}
DEFINE_KIND(multi_head, multi_head_rows)
