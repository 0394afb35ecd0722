/*
 * Wrong formulas: WRONG_DERIV, SIGN, CONST, ZERO, DOUT_IGNORED, WRONG_TENSOR, MISSING_TERM.
 */
#include "toolbox.h"

enum { NONE };

/* y = tanh x, dx = (1 - y^2) d. */
enum {
  ONE_MINUS_Y = 1,
  TANH_OF_Y,
  TANH_SIGN,
  TANH_EMPTY,
  TANH_UPSTREAM_IS_ONE,
  TANH_SQUARED,
  TANH_FIRST,
  TANH_IDENTITY
};
static const gchk_tensor_spec tanh_tensors[] = {GCHK_TENSOR("x", GCHK_INPUT, "N D"),
                                                GCHK_TENSOR("y", GCHK_OUTPUT, "N D")};

CALL(tanh_forward) {
  for (size_t i = 0; i < c->t[0].count; i++)
    V(1)[i] = tanh(V(0)[i]);
}

CALL(tanh_backward) {
  for (size_t i = 0; i < c->t[0].count; i++) {
    double y = V(1)[i], d = G(1)[i];
    switch (mistake(c)) {
    case ONE_MINUS_Y:
      G(0)[i] = (1 - y) * d;
      break;
    case TANH_OF_Y:
      G(0)[i] = (1 - tanh(y) * tanh(y)) * d;
      break;
    case TANH_SIGN:
      G(0)[i] = (y * y - 1) * d;
      break;
    case TANH_EMPTY:
      break;
    case TANH_UPSTREAM_IS_ONE:
      G(0)[i] = 1 - y * y;
      break;
    case TANH_SQUARED:
      G(0)[i] = (1 - y * y) * d * d;
      break;
    case TANH_FIRST:
      G(0)[i] = (1 - y * y) * G(1)[0];
      break;
    case TANH_IDENTITY:
      G(0)[i] = d;
      break;
    default:
      G(0)[i] = (1 - y * y) * d;
    }
  }
}

MEMBER(tanh_right, "tanh", tanh_tensors, tanh_forward, tanh_backward, NONE)
MEMBER(tanh_one_minus_y, "tanh 1-y", tanh_tensors, tanh_forward, tanh_backward, ONE_MINUS_Y)
MEMBER(tanh_of_y, "tanh' at y", tanh_tensors, tanh_forward, tanh_backward, TANH_OF_Y)
MEMBER(tanh_sign, "tanh minus", tanh_tensors, tanh_forward, tanh_backward, TANH_SIGN)
MEMBER(tanh_empty, "tanh empty body", tanh_tensors, tanh_forward, tanh_backward, TANH_EMPTY)
MEMBER(tanh_upstream_is_one, "tanh 1 for d", tanh_tensors, tanh_forward, tanh_backward, TANH_UPSTREAM_IS_ONE)
MEMBER(tanh_squared, "tanh d twice", tanh_tensors, tanh_forward, tanh_backward, TANH_SQUARED)
MEMBER(tanh_first, "tanh d[0] for d[i]", tanh_tensors, tanh_forward, tanh_backward, TANH_FIRST)
MEMBER(tanh_identity, "tanh passes d through", tanh_tensors, tanh_forward, tanh_backward, TANH_IDENTITY)

/* A leaky rectifier: y = x or a x, dx = d or a d. */
enum { BRANCHES_SWAPPED = 1, NEGATIVE_SIGN, NEGATIVE_SLOPE_LOST };
static const gchk_tensor_spec leaky_tensors[] = {GCHK_TENSOR("x", GCHK_INPUT, "N D", .keep_away = 0.05),
                                                 GCHK_TENSOR("y", GCHK_OUTPUT, "N D")};
static const double slope = 0.2;

CALL(leaky_forward) {
  for (size_t i = 0; i < c->t[0].count; i++)
    V(1)[i] = V(0)[i] > 0 ? V(0)[i] : slope * V(0)[i];
}

CALL(leaky_backward) {
  for (size_t i = 0; i < c->t[0].count; i++) {
    double x = V(0)[i], d = G(1)[i];
    switch (mistake(c)) {
    case BRANCHES_SWAPPED:
      G(0)[i] = x > 0 ? slope * d : d;
      break;
    case NEGATIVE_SIGN:
      G(0)[i] = x > 0 ? d : -slope * d;
      break;
    case NEGATIVE_SLOPE_LOST:
      G(0)[i] = x > 0 ? d : 0;
      break;
    default:
      G(0)[i] = x > 0 ? d : slope * d;
    }
  }
}

MEMBER(leaky_right, "leaky relu", leaky_tensors, leaky_forward, leaky_backward, NONE)
MEMBER(leaky_swapped, "leaky relu branches swapped", leaky_tensors, leaky_forward, leaky_backward, BRANCHES_SWAPPED)
MEMBER(leaky_sign, "leaky relu minus for x<0", leaky_tensors, leaky_forward, leaky_backward, NEGATIVE_SIGN)
MEMBER(leaky_zero, "leaky relu 0 for x<0", leaky_tensors, leaky_forward, leaky_backward, NEGATIVE_SLOPE_LOST)

/* y = log2(x^2 / T): dx = 2 d / (x ln 2). T is a setting away from 1. Mean over D of it, to lose other factors. */
enum { TWO_LOST = 1, LN2_LOST, MEAN_LOST, TEMPERATURE_LOST };
static const gchk_tensor_spec power_tensors[] = {
    GCHK_TENSOR("x", GCHK_INPUT, "N D", .fill = {.kind = GCHK_FILL_POSITIVE}), GCHK_TENSOR("y", GCHK_OUTPUT, "N")};
static const gchk_option_spec power_options[] = {{"T", 0.7, 0.01, 100, "temperature"}};

// y[n] = mean_k exp2(x[n,k]^2 / T)
CALL(power_forward) {
  size_t n = SIZE(N), k = SIZE(D);
  for (size_t i = 0; i < n; i++) {
    V(1)[i] = 0;
    for (size_t j = 0; j < k; j++)
      V(1)[i] += exp2(V(0)[i * k + j] * V(0)[i * k + j] / c->option[0]) / (double)k;
  }
}

CALL(power_backward) {
  size_t n = SIZE(N), k = SIZE(D);
  for (size_t i = 0; i < n * k; i++) {
    double x = V(0)[i], t = c->option[0];
    double g = exp2(x * x / t) * 0.69314718055994530942 * 2 * x / t / (double)k * G(1)[i / k];
    switch (mistake(c)) {
    case TWO_LOST:
      G(0)[i] = g / 2;
      break;
    case LN2_LOST:
      G(0)[i] = g / 0.69314718055994530942;
      break;
    case MEAN_LOST:
      G(0)[i] = g * (double)k;
      break;
    case TEMPERATURE_LOST:
      G(0)[i] = g * t;
      break;
    default:
      G(0)[i] = g;
    }
  }
}

#define POWER(id, label, which)                                                                                        \
  MEMBER_WITH(id, label, power_tensors, power_forward, power_backward, which, GCHK_OPTION_TABLE(power_options))
POWER(power_right, "mean exp2", NONE)
POWER(power_two_lost, "mean exp2, 2 lost", TWO_LOST)
POWER(power_ln2_lost, "mean exp2, ln 2 lost", LN2_LOST)
POWER(power_mean_lost, "mean exp2, 1/D lost", MEAN_LOST)
POWER(power_temperature_lost, "mean exp2, 1/T lost", TEMPERATURE_LOST)

/* y = x g + b, gain and bias along the last axis. dx = d g, dg = sum_n d x, db = sum_n d. */
enum { GAIN_DETACHED = 1, OWN_FACTOR };
static const gchk_tensor_spec gain_tensors[] = {
    GCHK_TENSOR("x", GCHK_INPUT, "N D"), GCHK_TENSOR("g", GCHK_PARAMETER, "D"), GCHK_TENSOR("b", GCHK_PARAMETER, "D"),
    GCHK_TENSOR("y", GCHK_OUTPUT, "N D")};

CALL(gain_forward) {
  size_t n = SIZE(N), k = SIZE(D);
  for (size_t i = 0; i < n * k; i++)
    V(3)[i] = V(0)[i] * V(1)[i % k] + V(2)[i % k];
}

CALL(gain_backward) {
  size_t n = SIZE(N), k = SIZE(D);
  for (size_t i = 0; i < n * k; i++) {
    G(0)[i] += G(3)[i] * V(1)[i % k];
    G(2)[i % k] += G(3)[i];
    if (mistake(c) != GAIN_DETACHED)
      G(1)[i % k] += G(3)[i] * V(0)[i];
  }
}

MEMBER(gain_right, "gain", gain_tensors, gain_forward, gain_backward, NONE)
MEMBER(gain_detached, "gain detached", gain_tensors, gain_forward, gain_backward, GAIN_DETACHED)

/* y = a b: da = d b, db = d a. */
enum { FACTORS_SWAPPED = 1, Y_FOR_A };
static const gchk_tensor_spec product_tensors[] = {GCHK_TENSOR("a", GCHK_INPUT, "N"), GCHK_TENSOR("b", GCHK_INPUT, "N"),
                                                   GCHK_TENSOR("y", GCHK_OUTPUT, "N")};

CALL(product_forward) {
  for (size_t i = 0; i < c->t[0].count; i++)
    V(2)[i] = V(0)[i] * V(1)[i];
}

CALL(product_backward) {
  for (size_t i = 0; i < c->t[0].count; i++) {
    double a = V(0)[i], b = V(1)[i], d = G(2)[i];
    G(0)[i] = mistake(c) == FACTORS_SWAPPED ? a * d : b * d;
    G(1)[i] = mistake(c) == FACTORS_SWAPPED ? b * d : mistake(c) == Y_FOR_A ? V(2)[i] * d : a * d;
  }
}

#define PRODUCT(id, label, which)                                                                                      \
  MEMBER_WITH(id, label, product_tensors, product_forward, product_backward, which, .sizes = "N=11")
PRODUCT(product_right, "product", NONE)
PRODUCT(product_swapped, "product with da and db swapped", FACTORS_SWAPPED)
PRODUCT(product_y_for_a, "product, y for a", Y_FOR_A)

/* Two outputs: s = sin x, k = cos x; dx = ds cos x - dk sin x. */
enum { OUTPUTS_SWAPPED = 1, SECOND_OUTPUT_LOST };
static const gchk_tensor_spec circle_tensors[] = {GCHK_TENSOR("x", GCHK_INPUT, "N"), GCHK_TENSOR("s", GCHK_OUTPUT, "N"),
                                                  GCHK_TENSOR("k", GCHK_OUTPUT, "N")};

CALL(circle_forward) {
  for (size_t i = 0; i < c->t[0].count; i++) {
    V(1)[i] = sin(V(0)[i]);
    V(2)[i] = cos(V(0)[i]);
  }
}

CALL(circle_backward) {
  bool is_swapped = mistake(c) == OUTPUTS_SWAPPED;
  for (size_t i = 0; i < c->t[0].count; i++) {
    double ds = G(is_swapped ? 2 : 1)[i], dk = G(is_swapped ? 1 : 2)[i];
    G(0)[i] = ds * cos(V(0)[i]) - (mistake(c) == SECOND_OUTPUT_LOST ? 0 : dk * sin(V(0)[i]));
  }
}

MEMBER(circle_right, "sine and cosine", circle_tensors, circle_forward, circle_backward, NONE)
MEMBER(circle_swapped, "sine and cosine, outputs swapped", circle_tensors, circle_forward, circle_backward,
       OUTPUTS_SWAPPED)
MEMBER(circle_lost, "sine and cosine, one output lost", circle_tensors, circle_forward, circle_backward,
       SECOND_OUTPUT_LOST)

/* A smooth function of the neighbour and itself: y_i = exp(x_i / 2), dx = y d / 2; wrong: exp(y/2). Found by going
 * there. */
enum { EXP_OF_Y = 1 };
static const gchk_tensor_spec half_tensors[] = {GCHK_TENSOR("x", GCHK_INPUT, "N D"),
                                                GCHK_TENSOR("y", GCHK_OUTPUT, "N D")};

CALL(half_forward) {
  for (size_t i = 0; i < c->t[0].count; i++)
    V(1)[i] = exp(V(0)[i] / 2) + V(0)[i] * V(0)[i] * V(0)[i];
}

CALL(half_backward) {
  for (size_t i = 0; i < c->t[0].count; i++) {
    double x = mistake(c) == EXP_OF_Y ? V(1)[i] : V(0)[i];
    G(0)[i] = (exp(x / 2) / 2 + 3 * x * x) * G(1)[i];
  }
}

MEMBER(half_right, "exp and cube", half_tensors, half_forward, half_backward, NONE)
MEMBER(half_of_y, "exp and cube, y for x", half_tensors, half_forward, half_backward, EXP_OF_Y)

/* y = softmax x over the last axis: dx = y (d - sum y d). */
enum { DIAGONAL_ONLY = 1, SUM_LOST };
static const gchk_tensor_spec softmax_tensors[] = {GCHK_TENSOR("x", GCHK_INPUT, "N C"),
                                                   GCHK_TENSOR("y", GCHK_OUTPUT, "N C")};

CALL(softmax_forward) {
  size_t n = SIZE(N), k = SIZE(C);
  for (size_t i = 0; i < n; i++) {
    const double *x = V(0) + i * k;
    double *y = V(1) + i * k, top = x[0], sum = 0;
    for (size_t j = 0; j < k; j++)
      top = fmax(top, x[j]);
    for (size_t j = 0; j < k; j++)
      sum += y[j] = exp(x[j] - top);
    for (size_t j = 0; j < k; j++)
      y[j] /= sum;
  }
}

CALL(softmax_backward) {
  size_t n = SIZE(N), k = SIZE(C);
  for (size_t i = 0; i < n; i++) {
    const double *y = V(1) + i * k, *d = G(1) + i * k;
    double sum = 0;
    for (size_t j = 0; j < k; j++)
      sum += y[j] * d[j];
    for (size_t j = 0; j < k; j++)
      G(0)
    [i * k + j] = mistake(c) == DIAGONAL_ONLY ? y[j] * (1 - y[j]) * d[j]
                  : mistake(c) == SUM_LOST    ? y[j] * d[j]
                                              : y[j] * (d[j] - sum);
  }
}

MEMBER(softmax_right, "softmax", softmax_tensors, softmax_forward, softmax_backward, NONE)
MEMBER(softmax_diagonal, "softmax, diagonal only", softmax_tensors, softmax_forward, softmax_backward, DIAGONAL_ONLY)
MEMBER(softmax_sum_lost, "softmax, sum lost", softmax_tensors, softmax_forward, softmax_backward, SUM_LOST)

/*
 * Layer normalisation without gain: y = (x - m) r, r = 1/sqrt(mean (x-m)^2 + eps).
 * dx = r (d - mean d - y mean(d y)).
 */
enum { MEAN_TERM_LOST = 1, VARIANCE_TERM_LOST, OTHER_EPSILON, UNBIASED };
static const gchk_tensor_spec norm_tensors[] = {GCHK_TENSOR("x", GCHK_INPUT, "N C"),
                                                GCHK_TENSOR("y", GCHK_OUTPUT, "N C")};
static const gchk_option_spec norm_options[] = {{"eps", 1e-2, 0, 1, "added to the variance"}};

typedef struct row_statistics {
  double mean, rstd;
} row_statistics;

static row_statistics statistics(const double *x, size_t k, double eps) {
  double mean = 0, square = 0;
  for (size_t j = 0; j < k; j++)
    mean += x[j] / (double)k;
  for (size_t j = 0; j < k; j++)
    square += (x[j] - mean) * (x[j] - mean) / (double)k;
  return (row_statistics){mean, 1 / sqrt(square + eps)};
}

CALL(norm_forward) {
  size_t n = SIZE(N), k = SIZE(C);
  for (size_t i = 0; i < n; i++) {
    row_statistics s = statistics(V(0) + i * k, k, c->option[0]);
    for (size_t j = 0; j < k; j++)
      V(1)[i * k + j] = (V(0)[i * k + j] - s.mean) * s.rstd;
  }
}

CALL(norm_backward) {
  size_t n = SIZE(N), k = SIZE(C);
  for (size_t i = 0; i < n; i++) {
    const double *x = V(0) + i * k, *d = G(1) + i * k;
    row_statistics s = statistics(x, k, mistake(c) == OTHER_EPSILON ? 1e-5 : c->option[0]);
    double mean_d = 0, mean_dy = 0, count = mistake(c) == UNBIASED ? (double)k - 1 : (double)k;
    for (size_t j = 0; j < k; j++) {
      mean_d += d[j] / (double)k;
      mean_dy += d[j] * (x[j] - s.mean) * s.rstd / count;
    }
    if (mistake(c) == MEAN_TERM_LOST)
      mean_d = 0;
    if (mistake(c) == VARIANCE_TERM_LOST)
      mean_dy = 0;
    for (size_t j = 0; j < k; j++)
      G(0)[i * k + j] = s.rstd * (d[j] - mean_d - (x[j] - s.mean) * s.rstd * mean_dy);
  }
}

#define NORM(id, label, which)                                                                                         \
  MEMBER_WITH(id, label, norm_tensors, norm_forward, norm_backward, which, GCHK_OPTION_TABLE(norm_options),            \
              .sizes = "N=3 C=7")
NORM(norm_right, "norm", NONE)
NORM(norm_mean_lost, "norm, mean term lost", MEAN_TERM_LOST)
NORM(norm_variance_lost, "norm, variance term lost", VARIANCE_TERM_LOST)
NORM(norm_other_epsilon, "norm, other eps in backward", OTHER_EPSILON)
NORM(norm_unbiased, "norm, N-1 for N", UNBIASED)
