/*
 * Normalisations. With x^ = (x - mean) / s over a group of n: dx = (g - mean(g) - x^ mean(g x^)) / s for g = dy gamma.
 */
#include "corpus/real.h"

enum { NORM_X, NORM_GAMMA, NORM_BETA, NORM_MEAN, NORM_RSTD, NORM_Y };

// Rows of C; mean and 1/s of every row are kept.
static const gchk_tensor_spec layernorm_rows[] = {
    GCHK_TENSOR("x", GCHK_INPUT, "N C"),      GCHK_TENSOR("gamma", GCHK_PARAMETER, "C"),
    GCHK_TENSOR("beta", GCHK_PARAMETER, "C"), GCHK_TENSOR("mean", GCHK_CACHE, "N"),
    GCHK_TENSOR("rstd", GCHK_CACHE, "N"),     GCHK_TENSOR("y", GCHK_OUTPUT, "N C")};

PASS(layernorm_forward) {
  const size_t N = SIZE(N), C = SIZE(C);
  for (size_t n = 0; n < N; n++) {
    const real *x = VALUE(NORM_X) + n * C;
    real mean = 0, variance = 0;
    for (size_t i = 0; i < C; i++)
      mean += x[i];
    mean /= (real)C;
    for (size_t i = 0; i < C; i++)
      variance += (x[i] - mean) * (x[i] - mean);
    variance /= (real)C;
    const real rstd = R(1.0) / F(sqrt)(variance + R(1e-5));
    for (size_t i = 0; i < C; i++)
      VALUE(NORM_Y)[n * C + i] = (x[i] - mean) * rstd * VALUE(NORM_GAMMA)[i] + VALUE(NORM_BETA)[i];
    VALUE(NORM_MEAN)[n] = mean;
    VALUE(NORM_RSTD)[n] = rstd;
  }
  return GCHK_OK;
}

// Mistakes: 1 the term of the mean is dropped, 2 that of the variance has the wrong sign, 3 dgamma without 1/s.
PASS(layernorm_backward) {
  const size_t N = SIZE(N), C = SIZE(C);
  for (size_t n = 0; n < N; n++) {
    const real *x = VALUE(NORM_X) + n * C, *dy = GRAD(NORM_Y) + n * C, *gamma = VALUE(NORM_GAMMA);
    const real mean = VALUE(NORM_MEAN)[n], rstd = VALUE(NORM_RSTD)[n];
    real mean_g = 0, mean_gx = 0;
    for (size_t i = 0; i < C; i++) {
      const real normed = (x[i] - mean) * rstd;
      mean_g += dy[i] * gamma[i];
      mean_gx += dy[i] * gamma[i] * normed;
      GRAD(NORM_GAMMA)[i] += dy[i] * (WRONG == 3 ? x[i] - mean : normed);
      GRAD(NORM_BETA)[i] += dy[i];
    }
    mean_g = WRONG == 1 ? R(0.0) : mean_g / (real)C;
    mean_gx = (WRONG == 2 ? -mean_gx : mean_gx) / (real)C;
    for (size_t i = 0; i < C; i++)
      GRAD(NORM_X)[n * C + i] = (dy[i] * gamma[i] - mean_g - (x[i] - mean) * rstd * mean_gx) * rstd;
  }
  return GCHK_OK;
}
DEFINE_KIND(layernorm, layernorm_rows)

// y = x gamma / sqrt(mean(x^2) + eps); what forward knew is computed again.
static const gchk_tensor_spec rmsnorm_rows[] = {GCHK_TENSOR("x", GCHK_INPUT, "N C"),
                                                GCHK_TENSOR("gamma", GCHK_PARAMETER, "C"),
                                                GCHK_TENSOR("y", GCHK_OUTPUT, "N C")};

static real inverse_rms(const real *x, size_t count) {
  real squares = 0;
  for (size_t i = 0; i < count; i++)
    squares += x[i] * x[i];
  return R(1.0) / F(sqrt)(squares / (real)count + R(1e-6));
}

PASS(rmsnorm_forward) {
  const size_t N = SIZE(N), C = SIZE(C);
  for (size_t n = 0; n < N; n++) {
    const real r = inverse_rms(VALUE(0) + n * C, C);
    for (size_t i = 0; i < C; i++)
      VALUE(2)[n * C + i] = VALUE(0)[n * C + i] * r * VALUE(1)[i];
  }
  return GCHK_OK;
}

// Mistakes: 1 the term through the mean square is dropped, 2 it is twice too large.
PASS(rmsnorm_backward) {
  const size_t N = SIZE(N), C = SIZE(C);
  for (size_t n = 0; n < N; n++) {
    const real *x = VALUE(0) + n * C, *dy = GRAD(2) + n * C, *gamma = VALUE(1), r = inverse_rms(x, C);
    real sum = 0;
    for (size_t i = 0; i < C; i++) {
      sum += dy[i] * gamma[i] * x[i];
      GRAD(1)[i] += dy[i] * x[i] * r;
    }
    const real through = WRONG == 1 ? R(0.0) : sum * r * r * r / (real)C * (WRONG == 2 ? R(2.0) : R(1.0));
    for (size_t i = 0; i < C; i++)
      GRAD(0)[n * C + i] = dy[i] * gamma[i] * r - x[i] * through;
  }
  return GCHK_OK;
}
DEFINE_KIND(rmsnorm, rmsnorm_rows)

// Batch norm in training: statistics over the batch, a column each; x^ is kept.
static const gchk_tensor_spec batchnorm_rows[] = {
    GCHK_TENSOR("x", GCHK_INPUT, "N C"),      GCHK_TENSOR("gamma", GCHK_PARAMETER, "C"),
    GCHK_TENSOR("beta", GCHK_PARAMETER, "C"), GCHK_TENSOR("normed", GCHK_CACHE, "N C"),
    GCHK_TENSOR("rstd", GCHK_CACHE, "C"),     GCHK_TENSOR("y", GCHK_OUTPUT, "N C")};

PASS(batchnorm_forward) {
  const size_t N = SIZE(N), C = SIZE(C);
  for (size_t k = 0; k < C; k++) {
    real mean = 0, variance = 0;
    for (size_t n = 0; n < N; n++)
      mean += VALUE(0)[n * C + k];
    mean /= (real)N;
    for (size_t n = 0; n < N; n++)
      variance += (VALUE(0)[n * C + k] - mean) * (VALUE(0)[n * C + k] - mean);
    const real rstd = R(1.0) / F(sqrt)(variance / (real)N + R(1e-5));
    VALUE(4)[k] = rstd;
    for (size_t n = 0; n < N; n++) {
      const real normed = (VALUE(0)[n * C + k] - mean) * rstd;
      VALUE(3)[n * C + k] = normed;
      VALUE(5)[n * C + k] = VALUE(1)[k] * normed + VALUE(2)[k];
    }
  }
  return GCHK_OK;
}

// Mistakes: 1 statistics taken as constants, 2 the last sample of dx is not written, 3 dgamma forgets the last sample.
PASS(batchnorm_backward) {
  const size_t N = SIZE(N), C = SIZE(C);
  for (size_t k = 0; k < C; k++) {
    real sum = 0, sum_normed = 0, last = 0;
    for (size_t n = 0; n < N; n++) {
      last = GRAD(5)[n * C + k] * VALUE(3)[n * C + k];
      sum += GRAD(5)[n * C + k];
      sum_normed += last;
    }
    GRAD(1)[k] = WRONG == 3 ? sum_normed - last : sum_normed;
    GRAD(2)[k] = sum;
    for (size_t n = 0; n < N; n++) {
      const real through = (sum + VALUE(3)[n * C + k] * sum_normed) / (real)N;
      const real d = GRAD(5)[n * C + k] - (WRONG == 1 ? R(0.0) : through);
      GRAD(0)[n * C + k] = WRONG == 2 && n == N - 1 ? R(0.0) : VALUE(1)[k] * VALUE(4)[k] * d;
    }
  }
  return GCHK_OK;
}
DEFINE_KIND(batchnorm, batchnorm_rows)

// Group norm of images: G groups of K channels of S pixels each. Statistics as E[x^2] - E[x]^2 would lose digits: two
// passes.
static const gchk_tensor_spec groupnorm_rows[] = {
    GCHK_TENSOR("x", GCHK_INPUT, "N G*K S"),    GCHK_TENSOR("gamma", GCHK_PARAMETER, "G*K"),
    GCHK_TENSOR("beta", GCHK_PARAMETER, "G*K"), GCHK_TENSOR("mean", GCHK_CACHE, "N G"),
    GCHK_TENSOR("rstd", GCHK_CACHE, "N G"),     GCHK_TENSOR("y", GCHK_OUTPUT, "N G*K S")};

PASS(groupnorm_forward) {
  const size_t N = SIZE(N), G = SIZE(G), K = SIZE(K), S = SIZE(S);
  for (size_t g = 0; g < N * G; g++) {
    const real *x = VALUE(NORM_X) + g * K * S;
    real mean = 0, variance = 0;
    for (size_t i = 0; i < K * S; i++)
      mean += x[i];
    mean /= (real)(K * S);
    for (size_t i = 0; i < K * S; i++)
      variance += (x[i] - mean) * (x[i] - mean);
    const real rstd = R(1.0) / F(sqrt)(variance / (real)(K * S) + R(1e-5));
    VALUE(NORM_MEAN)[g] = mean;
    VALUE(NORM_RSTD)[g] = rstd;
    for (size_t i = 0; i < K * S; i++) {
      const size_t channel = g % G * K + i / S;
      VALUE(NORM_Y)[g * K * S + i] = (x[i] - mean) * rstd * VALUE(NORM_GAMMA)[channel] + VALUE(NORM_BETA)[channel];
    }
  }
  return GCHK_OK;
}

// Mistakes: 1 means over the pixels of a group divided by K alone, 2 the last group of every sample left at zero.
PASS(groupnorm_backward) {
  const size_t N = SIZE(N), G = SIZE(G), K = SIZE(K), S = SIZE(S);
  const real count = (real)(WRONG == 1 ? K : K * S);
  for (size_t g = 0; g < N * G; g++) {
    const real *x = VALUE(NORM_X) + g * K * S, *dy = GRAD(NORM_Y) + g * K * S;
    const real mean = VALUE(NORM_MEAN)[g], rstd = VALUE(NORM_RSTD)[g];
    real sum = 0, sum_normed = 0;
    for (size_t i = 0; i < K * S; i++) {
      const size_t channel = g % G * K + i / S;
      const real normed = (x[i] - mean) * rstd;
      sum += dy[i] * VALUE(NORM_GAMMA)[channel];
      sum_normed += dy[i] * VALUE(NORM_GAMMA)[channel] * normed;
      GRAD(NORM_GAMMA)[channel] += dy[i] * normed;
      GRAD(NORM_BETA)[channel] += dy[i];
    }
    for (size_t i = 0; i < K * S; i++) {
      const size_t channel = g % G * K + i / S;
      const real normed = (x[i] - mean) * rstd;
      const real d = dy[i] * VALUE(NORM_GAMMA)[channel] - (sum + normed * sum_normed) / count;
      GRAD(NORM_X)[g * K * S + i] = WRONG == 2 && g % G == G - 1 ? R(0.0) : d * rstd;
    }
  }
  return GCHK_OK;
}
DEFINE_KIND(groupnorm, groupnorm_rows)
