/*
 * Layers whose gradient means something else than the derivative of forward, or whose tensors are no plain numbers:
 * straight-through estimators, symmetric matrices, gradients that are zero by construction, ignored labels, sizes with
 * preconditions.
 *
 * Written over `real`, for double (convention_meaning.c) and float (meaning_float.c), which give REAL_DTYPE and NAME.
 */
#include <math.h>
#include <stdlib.h>

#include "toolbox.h"

#define VALUE(i)    ((real *)c->t[i].value)
#define GRADIENT(i) ((real *)c->t[i].grad)
#define LABEL(i)    ((const int32_t *)c->t[i].value)

#define LAYER(id, label, table, f, b, mistake_made, ...)                                                               \
  extern const gchk_layer NAME(id);                                                                                    \
  const gchk_layer NAME(id) = {.name = (label),                                                                        \
                               GCHK_HERE,                                                                              \
                               .dtype = REAL_DTYPE,                                                                    \
                               GCHK_TENSORS(table),                                                                    \
                               .forward = (f),                                                                         \
                               .backward = (b),                                                                        \
                               .user = &(int){mistake_made},                                                           \
                               __VA_ARGS__};

/* y = w q(x), q rounding to quarters; the gradient is that of w (x + constant). */
CALL(quantise_forward) {
  for (size_t i = 0; i < SIZE(N); i++) {
    VALUE(3)[i] = (real)(rint(4 * (double)VALUE(0)[i]) / 4);
    VALUE(4)[i] = VALUE(0)[i];
    VALUE(2)[i] = VALUE(1)[i] * VALUE(3)[i];
  }
}

/* With what forward left in its caches, q and the x that it is of: q + (x - x0). */
CALL(quantise_surrogate) {
  for (size_t i = 0; i < SIZE(N); i++)
    VALUE(2)[i] = VALUE(1)[i] * (VALUE(3)[i] + (VALUE(0)[i] - VALUE(4)[i]));
}

/* Enough for x alone: what w is multiplied by is none of its business. */
CALL(quantise_of_x) {
  for (size_t i = 0; i < SIZE(N); i++)
    VALUE(2)[i] = VALUE(1)[i] * VALUE(0)[i];
}

CALL(quantise_backward) {
  const int made = mistake(c);
  for (size_t i = 0; i < SIZE(N); i++) {
    GRADIENT(0)[i] = GRADIENT(2)[i] * VALUE(1)[i] * (made == 1 ? (real)0.5 : 1);
    // dw = dy q; wrong: the value before it was rounded.
    GRADIENT(1)[i] = GRADIENT(2)[i] * (made == 2 ? VALUE(0)[i] : VALUE(3)[i]);
  }
}

#define QUANTISE_ROWS(...)                                                                                             \
  {                                                                                                                    \
    GCHK_TENSOR("x", GCHK_INPUT, "N", __VA_ARGS__), GCHK_TENSOR("w", GCHK_PARAMETER, "N"),                             \
        GCHK_TENSOR("y", GCHK_OUTPUT, "N"), GCHK_TENSOR("q", GCHK_CACHE, "N"), GCHK_TENSOR("x0", GCHK_CACHE, "N")      \
  }
static const gchk_tensor_spec quantise_rows[] = QUANTISE_ROWS(.kink = 0);
static const gchk_tensor_spec quantise_rows_of_x[] = QUANTISE_ROWS(.surrogate = quantise_of_x);
LAYER(quantise_right, "quantise", quantise_rows, quantise_forward, quantise_backward, 0,
      .surrogate = quantise_surrogate)
LAYER(quantise_half, "quantise, half the gradient", quantise_rows, quantise_forward, quantise_backward, 1,
      .surrogate = quantise_surrogate)
LAYER(quantise_x_right, "quantise, a surrogate for x", quantise_rows_of_x, quantise_forward, quantise_backward, 0,
      .surrogate = NULL)
LAYER(quantise_x_for_q, "quantise, dw = dy x where it is dy q", quantise_rows_of_x, quantise_forward, quantise_backward,
      2, .surrogate = NULL)
LAYER(quantise_undeclared, "quantise, no surrogate", quantise_rows, quantise_forward, quantise_backward, 0,
      .surrogate = NULL)

/* y = sign(x), with the gradient of x clipped to [-1, 1]. */
CALL(sign_forward) {
  for (size_t i = 0; i < SIZE(N); i++)
    VALUE(1)[i] = VALUE(0)[i] >= 0 ? 1 : -1;
}
CALL(sign_clipped) {
  for (size_t i = 0; i < SIZE(N); i++)
    VALUE(1)[i] = VALUE(0)[i] < -1 ? -1 : VALUE(0)[i] > 1 ? 1 : VALUE(0)[i];
}
CALL(sign_backward) {
  const int made = mistake(c);
  for (size_t i = 0; i < SIZE(N); i++)
    GRADIENT(0)[i] = made == 1 || (VALUE(0)[i] >= -1 && VALUE(0)[i] <= 1) ? GRADIENT(1)[i] : 0;
}
static const gchk_tensor_spec sign_rows[] = {GCHK_TENSOR("x", GCHK_INPUT, "N", .fill = {GCHK_FILL_NORMAL, .b = 1.5}),
                                             GCHK_TENSOR("y", GCHK_OUTPUT, "N")};
LAYER(sign_right, "sign", sign_rows, sign_forward, sign_backward, 0, .sizes = "N=31", .surrogate = sign_clipped)
LAYER(sign_unclipped, "sign, not clipped", sign_rows, sign_forward, sign_backward, 1, .sizes = "N=31",
      .surrogate = sign_clipped)
LAYER(sign_undeclared, "sign, no surrogate", sign_rows, sign_forward, sign_backward, 0, .sizes = "N=31",
      .surrogate = NULL)

/*
 * log det (A + 4 n I) by Cholesky, which reads the lower triangle. d/dA = inv(A + 4 n I), of which the documents give
 * all, or the lower triangle with what is above added to it.
 */
enum { FULL = 0, LOWER, DOUBLED, HALVED };

CALL(logdet_forward) {
  const size_t n = SIZE(N);
  real *l = VALUE(2), sum = 0;
  memset(l, 0, n * n * sizeof *l);
  for (size_t i = 0; i < n; i++) {
    for (size_t j = 0; j <= i; j++) {
      real s = VALUE(0)[i * n + j] + (i == j ? (real)(4 * n) : 0);
      for (size_t k = 0; k < j; k++)
        s -= l[i * n + k] * l[j * n + k];
      l[i * n + j] = i == j ? (real)sqrt((double)s) : s / l[j * n + j];
    }
    sum += 2 * (real)log((double)l[i * n + i]);
  }
  VALUE(1)[0] = sum;
}

/* V = inv L by columns, inv A = V^T V. */
CALL(logdet_backward) {
  const size_t n = SIZE(N);
  const int how = mistake(c);
  const real *l = VALUE(2);
  real *v = VALUE(3);
  for (size_t j = 0; j < n; j++)
    for (size_t i = 0; i < n; i++) {
      real s = i == j ? 1 : 0;
      for (size_t k = 0; k < i; k++)
        s -= l[i * n + k] * v[k * n + j];
      v[i * n + j] = s / l[i * n + i];
    }
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < n; j++) {
      real s = 0;
      for (size_t k = 0; k < n; k++)
        s += v[k * n + i] * v[k * n + j];
      const real off = how == FULL ? 1 : how == DOUBLED ? 2 : how == HALVED ? (real)0.5 : i > j ? 2 : 0;
      GRADIENT(0)[i * n + j] = GRADIENT(1)[0] * s * (i == j ? 1 : off);
    }
}

#define LOGDET_ROWS(...)                                                                                               \
  {                                                                                                                    \
    GCHK_TENSOR("A", GCHK_INPUT, "N N", __VA_ARGS__), GCHK_TENSOR("logdet", GCHK_OUTPUT, ""),                          \
        GCHK_TENSOR("L", GCHK_CACHE, "N N"), GCHK_TENSOR("V", GCHK_SCRATCH, "N N")                                     \
  }
static const gchk_tensor_spec logdet_rows[] = LOGDET_ROWS(.symmetric = true);
static const gchk_tensor_spec logdet_rows_undeclared[] = LOGDET_ROWS(.kink = 0);
LAYER(logdet_full, "log det, full gradient", logdet_rows, logdet_forward, logdet_backward, FULL, .reset = NULL)
LAYER(logdet_lower, "log det, lower gradient", logdet_rows, logdet_forward, logdet_backward, LOWER, .reset = NULL)
LAYER(logdet_doubled, "log det, pairs counted twice", logdet_rows, logdet_forward, logdet_backward, DOUBLED,
      .reset = NULL)
LAYER(logdet_halved, "log det, half of each pair", logdet_rows, logdet_forward, logdet_backward, HALVED, .reset = NULL)
LAYER(logdet_undeclared, "log det, not declared symmetric", logdet_rows_undeclared, logdet_forward, logdet_backward,
      FULL, .reset = NULL)

/* s = sum_ij B_ij A_ij A_ji in a batch: reads both triangles alike. dA_ij = (B_ij + B_ji) A_ji. */
CALL(pairs_forward) {
  const size_t n = SIZE(N);
  for (size_t b = 0; b < SIZE(B); b++) {
    const real *a = VALUE(0) + b * n * n;
    real s = 0;
    for (size_t i = 0; i < n; i++)
      for (size_t j = 0; j < n; j++)
        s += a[i * n + j] * a[j * n + i] * (real)(1 + (i * j) % 3);
    VALUE(1)[b] = s;
  }
}
CALL(pairs_backward) {
  const size_t n = SIZE(N);
  for (size_t b = 0; b < SIZE(B); b++)
    for (size_t i = 0; i < n; i++)
      for (size_t j = 0; j < n; j++) {
        const real g = 2 * (real)(1 + (i * j) % 3) * VALUE(0)[b * n * n + j * n + i] * GRADIENT(1)[b];
        // Wrong: as if the elements above the diagonal were no variables, and those below alone.
        GRADIENT(0)[b * n * n + i * n + j] = mistake(c) == 1 && i < j ? 0 : g;
      }
}
static const gchk_tensor_spec pairs_rows[] = {GCHK_TENSOR("A", GCHK_PARAMETER, "B N N", .symmetric = true),
                                              GCHK_TENSOR("s", GCHK_OUTPUT, "B")};
LAYER(pairs_right, "sum of pairs", pairs_rows, pairs_forward, pairs_backward, 0, .reset = NULL)
LAYER(pairs_lower, "sum of pairs, lower triangle without the upper", pairs_rows, pairs_forward, pairs_backward, 1,
      .reset = NULL)

/* Top-1 routing with a weight normalised by itself, w/w = 1: the router's gradient is 0. */
CALL(router_forward) {
  const size_t experts = SIZE(E);
  for (size_t n = 0; n < SIZE(N); n++) {
    const real *x = VALUE(0) + n * experts;
    size_t best = 0;
    for (size_t e = 0; e < experts; e++)
      best = x[e] > x[best] ? e : best;
    const real w = (real)exp((double)x[best]);
    VALUE(2)[n] = w / w * VALUE(1)[n * experts + best];
    VALUE(3)[n] = (real)best;
  }
}
CALL(router_backward) {
  const size_t experts = SIZE(E);
  for (size_t n = 0; n < SIZE(N); n++)
    for (size_t e = 0; e < experts; e++) {
      const bool is_best = e == (size_t)VALUE(3)[n];
      // Wrong: the weight as if it were not normalised.
      GRADIENT(0)[n * experts + e] = mistake(c) == 1 && is_best ? GRADIENT(2)[n] * VALUE(1)[n * experts + e] : 0;
      GRADIENT(1)[n * experts + e] = is_best ? GRADIENT(2)[n] : 0;
    }
}
static const gchk_tensor_spec router_rows[] = {
    GCHK_TENSOR("router", GCHK_INPUT, "N E", .gradient_is_zero = true), GCHK_TENSOR("expert", GCHK_INPUT, "N E"),
    GCHK_TENSOR("y", GCHK_OUTPUT, "N"), GCHK_TENSOR("pick", GCHK_CACHE, "N")};
LAYER(router_right, "top-1 router", router_rows, router_forward, router_backward, 0, .reset = NULL)
LAYER(router_not_zero, "top-1 router, not normalised", router_rows, router_forward, router_backward, 1, .reset = NULL)

/*
 * y = z - mean(z) over the rows, z = x + b: what b adds goes out again, but for rounding. With `gain` 1 it is not all
 * taken out, and the gradient of b is zero no more.
 */
CALL(shifted_forward) {
  const size_t rows = SIZE(N), columns = SIZE(C);
  for (size_t k = 0; k < columns; k++) {
    real mean = 0;
    for (size_t n = 0; n < rows; n++)
      mean += (VALUE(0)[n * columns + k] + VALUE(1)[k]) / (real)rows;
    for (size_t n = 0; n < rows; n++)
      VALUE(2)[n * columns + k] = VALUE(0)[n * columns + k] + VALUE(1)[k] - mean * (mistake(c) == 1 ? (real)0.75 : 1);
  }
}
CALL(shifted_backward) {
  const size_t rows = SIZE(N), columns = SIZE(C);
  for (size_t k = 0; k < columns; k++) {
    real mean = 0, sum = 0;
    for (size_t n = 0; n < rows; n++)
      mean += GRADIENT(2)[n * columns + k] / (real)rows;
    mean *= mistake(c) == 1 ? (real)0.75 : 1;
    for (size_t n = 0; n < rows; n++) {
      GRADIENT(0)[n * columns + k] = GRADIENT(2)[n * columns + k] - mean;
      sum += GRADIENT(0)[n * columns + k];
    }
    // Wrong: 0 where the outputs do depend on b; and the whole sum where they do not.
    GRADIENT(1)[k] = mistake(c) == 1 ? 0 : mistake(c) == 2 ? sum + mean * (real)rows : sum;
  }
}
static const gchk_tensor_spec shifted_rows[] = {GCHK_TENSOR("x", GCHK_INPUT, "N C"),
                                                GCHK_TENSOR("b", GCHK_PARAMETER, "C", .gradient_is_zero = true),
                                                GCHK_TENSOR("y", GCHK_OUTPUT, "N C")};
LAYER(shifted_right, "bias before centring", shifted_rows, shifted_forward, shifted_backward, 0, .reset = NULL,
      .sizes_require = "N>=2")
LAYER(shifted_depends, "bias before centring, outputs depend on it", shifted_rows, shifted_forward, shifted_backward, 1,
      .reset = NULL, .sizes_require = "N>=2")
LAYER(shifted_summed, "bias before centring, gradient of a plain bias", shifted_rows, shifted_forward, shifted_backward,
      2, .reset = NULL, .sizes_require = "N>=2")

/* Cross entropy, mean over the labels that count; smoothed by s: loss = -(1-s) log p_label - s mean log p. */
#define SMOOTHING ((real)0.125)
CALL(entropy_forward) {
  const size_t rows = SIZE(N), classes = SIZE(V);
  const int ignored = c->layer->option_count > 0 ? (int)c->option[0] : -100;
  real loss = 0, valid = 0;
  for (size_t n = 0; n < rows; n++) {
    const real *x = VALUE(0) + n * classes;
    real most = x[0], sum = 0, all = 0;
    for (size_t v = 1; v < classes; v++)
      most = x[v] > most ? x[v] : most;
    for (size_t v = 0; v < classes; v++)
      sum += (real)exp((double)(x[v] - most));
    const real log_sum = most + (real)log((double)sum);
    for (size_t v = 0; v < classes; v++) {
      VALUE(3)[n * classes + v] = (real)exp((double)(x[v] - log_sum));
      all += log_sum - x[v];
    }
    if (LABEL(1)[n] == ignored)
      continue;
    valid += 1;
    loss += (1 - SMOOTHING) * (log_sum - x[LABEL(1)[n]]) + SMOOTHING * all / (real)classes;
  }
  VALUE(4)[0] = valid;
  // As most libraries: nothing of nothing is no number. The case with all labels ignored leaves one.
  VALUE(2)[0] = loss / valid;
}
CALL(entropy_backward) {
  const size_t rows = SIZE(N), classes = SIZE(V);
  const int ignored = c->layer->option_count > 0 ? (int)c->option[0] : -100;
  const real g = GRADIENT(2)[0] / (mistake(c) == 1 ? (real)rows : VALUE(4)[0]);
  for (size_t n = 0; n < rows; n++)
    for (size_t v = 0; v < classes; v++) {
      const bool counts = LABEL(1)[n] != ignored;
      const real hit = (int32_t)v == LABEL(1)[n] ? 1 - SMOOTHING : 0;
      const real d = VALUE(3)[n * classes + v] - hit - SMOOTHING / (real)classes;
      GRADIENT(0)[n * classes + v] = counts ? d * g : mistake(c) == 2 ? -SMOOTHING / (real)classes * g : 0;
    }
}
#define ENTROPY_ROWS(value)                                                                                            \
  {                                                                                                                    \
    GCHK_TENSOR("logits", GCHK_INPUT, "N V"),                                                                          \
        GCHK_TENSOR("label", GCHK_INDEX, "N", .fill = {GCHK_FILL_LABELS, .below = "V"}, .ignored = (value)),           \
        GCHK_TENSOR("loss", GCHK_OUTPUT, ""), GCHK_TENSOR("p", GCHK_CACHE, "N V"),                                     \
        GCHK_TENSOR("valid", GCHK_CACHE, "")                                                                           \
  }
static const gchk_tensor_spec entropy_rows[] = ENTROPY_ROWS("-100");
static const gchk_tensor_spec entropy_rows_by_option[] = ENTROPY_ROWS("ignore_index");
static const gchk_option_spec entropy_options[] = {{"ignore_index", -1, -1000, 1000, "the label that does not count"}};
LAYER(entropy_right, "cross entropy", entropy_rows, entropy_forward, entropy_backward, 0, .reset = NULL)
LAYER(entropy_all_rows, "cross entropy, mean over all rows", entropy_rows, entropy_forward, entropy_backward, 1,
      .reset = NULL)
LAYER(entropy_smoothed, "cross entropy, ignored rows are smoothed", entropy_rows, entropy_forward, entropy_backward, 2,
      .reset = NULL)
LAYER(entropy_option_right, "cross entropy, ignore_index", entropy_rows_by_option, entropy_forward, entropy_backward, 0,
      GCHK_OPTION_TABLE(entropy_options))
LAYER(entropy_option_smoothed, "cross entropy, ignore_index, ignored rows are smoothed", entropy_rows_by_option,
      entropy_forward, entropy_backward, 2, GCHK_OPTION_TABLE(entropy_options))

/* y_k = sum of the squares of group k, of C/G elements; in blocks of four, and no more groups than blocks. */
static gchk_status grouped_forward(const gchk_call *c, gchk_error *error) {
  const size_t channels = SIZE(C), groups = SIZE(G);
  if (channels % 4 != 0 || groups > channels / 4 || channels % groups != 0)
    return gchk_fail(error, GCHK_LAYER_FAILED, "called with sizes that it refuses");
  for (size_t n = 0; n < SIZE(N); n++)
    for (size_t k = 0; k < groups; k++) {
      real sum = 0;
      for (size_t i = 0; i < channels / groups; i++) {
        const real x = VALUE(0)[n * channels + k * (channels / groups) + i];
        sum += x * x;
      }
      VALUE(1)[n * groups + k] = sum;
    }
  return GCHK_OK;
}
CALL(grouped_backward) {
  const size_t channels = SIZE(C), groups = SIZE(G);
  for (size_t n = 0; n < SIZE(N); n++)
    for (size_t i = 0; i < channels; i++) {
      // Wrong: group by i % G.
      const size_t k = mistake(c) == 1 ? i % groups : i / (channels / groups);
      GRADIENT(0)[n * channels + i] = 2 * VALUE(0)[n * channels + i] * GRADIENT(1)[n * groups + k];
    }
}
static const gchk_tensor_spec grouped_rows[] = {GCHK_TENSOR("x", GCHK_INPUT, "N C"),
                                                GCHK_TENSOR("y", GCHK_OUTPUT, "N G")};
LAYER(grouped_right, "sums of groups", grouped_rows, grouped_forward, grouped_backward, 0,
      .sizes_require = "C%4==0, G<=C/4, C%G==0")
LAYER(grouped_by_rest, "sums of groups, i % G for i / (C/G)", grouped_rows, grouped_forward, grouped_backward, 1,
      .sizes_require = "C%4==0, G<=C/4, C%G==0")
