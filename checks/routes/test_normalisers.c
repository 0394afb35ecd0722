/* Norms: what forward divides by, and what backward makes of it. */
#include <math.h>

#include "naming.h"

/* y = x / |x| along C, and rows of constants. */
static const gchk_tensor_spec unit_rows[] = {GCHK_TENSOR("x", GCHK_INPUT, "N C"), GCHK_TENSOR("y", GCHK_OUTPUT, "N C")};
enum { RIGHT, NORM_CONSTANT, NOT_DIVIDED, HALF_OF_IT };

static double norm_of(const double *x, size_t n) {
  double sum = 0;
  FOR(k, n) sum += x[k] * x[k];
  return sqrt(sum);
}

static gchk_status unit_forward(const gchk_call *c, gchk_error *error) {
  (void)error;
  FOR(n, SIZE(N)) FOR(k, SIZE(C)) V(1)[n * SIZE(C) + k] = V(0)[n * SIZE(C) + k] / norm_of(V(0) + n * SIZE(C), SIZE(C));
  return GCHK_OK;
}

static void unit_backward(const gchk_call *c, int mistake) {
  FOR(n, SIZE(N)) {
    const double *y = V(1) + n * SIZE(C), *g = G(1) + n * SIZE(C), norm = norm_of(V(0) + n * SIZE(C), SIZE(C));
    double dot = 0;
    FOR(k, SIZE(C)) dot += y[k] * g[k];
    dot *= mistake == NORM_CONSTANT ? 0 : mistake == HALF_OF_IT ? 0.5 : 1;
    FOR(k, SIZE(C)) G(0)[n * SIZE(C) + k] += (g[k] - dot * y[k]) / (mistake == NOT_DIVIDED ? 1 : norm);
  }
}
MISTAKEN(unit_right, "unit rows", unit_rows, unit_forward, unit_backward, RIGHT, .sizes = "N=3 C=5")
MISTAKEN(unit_constant, "unit rows, the norm a constant", unit_rows, unit_forward, unit_backward, NORM_CONSTANT,
         .sizes = "N=3 C=5")
MISTAKEN(unit_not_divided, "unit rows, not divided", unit_rows, unit_forward, unit_backward, NOT_DIVIDED,
         .sizes = "N=3 C=5")
MISTAKEN(unit_half, "unit rows, half of the projection", unit_rows, unit_forward, unit_backward, HALF_OF_IT,
         .sizes = "N=3 C=5")

/* y = x w^T with w = s v/|v| by rows: weight norm; the norm a constant, and all of it forgotten. */
static const gchk_tensor_spec weight_rows[] = {
    GCHK_TENSOR("x", GCHK_INPUT, "N C"), GCHK_TENSOR("v", GCHK_PARAMETER, "M C"), GCHK_TENSOR("s", GCHK_PARAMETER, "M"),
    GCHK_TENSOR("y", GCHK_OUTPUT, "N M")};
enum { FORGOTTEN = 4 };

static gchk_status weight_forward(const gchk_call *c, gchk_error *error) {
  (void)error;
  FOR(n, SIZE(N)) FOR(m, SIZE(M)) {
    const double *v = V(1) + m * SIZE(C);
    double sum = 0;
    FOR(k, SIZE(C)) sum += V(0)[n * SIZE(C) + k] * v[k];
    V(3)[n * SIZE(M) + m] = V(2)[m] * sum / norm_of(v, SIZE(C));
  }
  return GCHK_OK;
}

static void weight_backward(const gchk_call *c, int mistake) {
  FOR(n, SIZE(N)) FOR(m, SIZE(M)) {
    const double *v = V(1) + m * SIZE(C), *x = V(0) + n * SIZE(C), norm = norm_of(v, SIZE(C)),
                 g = G(3)[n * SIZE(M) + m];
    double dot = 0;
    FOR(k, SIZE(C)) dot += x[k] * v[k] / norm;
    G(2)[m] += g * dot;
    FOR(k, SIZE(C)) {
      G(0)[n * SIZE(C) + k] += g * V(2)[m] * v[k] / norm;
      G(1)
      [m * SIZE(C) + k] += mistake == FORGOTTEN
                               ? g * x[k]
                               : g * V(2)[m] / norm * (x[k] - (mistake == NORM_CONSTANT ? 0 : dot) * v[k] / norm);
    }
  }
}
MISTAKEN(weight_right, "weight norm", weight_rows, weight_forward, weight_backward, RIGHT, .sizes = "N=3 C=5 M=4")
MISTAKEN(weight_constant, "weight norm, the norm a constant", weight_rows, weight_forward, weight_backward,
         NORM_CONSTANT, .sizes = "N=3 C=5 M=4")
MISTAKEN(weight_forgotten, "weight norm, forgotten", weight_rows, weight_forward, weight_backward, FORGOTTEN,
         .sizes = "N=3 C=5 M=4")

/* y = a b/(|a| |b|) by rows: cosine similarity, and its norms constants. */
static const gchk_tensor_spec cosine_rows[] = {GCHK_TENSOR("a", GCHK_INPUT, "N C"), GCHK_TENSOR("b", GCHK_INPUT, "M C"),
                                               GCHK_TENSOR("y", GCHK_OUTPUT, "N M")};

static gchk_status cosine_forward(const gchk_call *c, gchk_error *error) {
  (void)error;
  FOR(n, SIZE(N)) FOR(m, SIZE(M)) {
    const double *a = V(0) + n * SIZE(C), *b = V(1) + m * SIZE(C);
    double dot = 0;
    FOR(k, SIZE(C)) dot += a[k] * b[k];
    V(2)[n * SIZE(M) + m] = dot / norm_of(a, SIZE(C)) / norm_of(b, SIZE(C));
  }
  return GCHK_OK;
}

static void cosine_backward(const gchk_call *c, int mistake) {
  FOR(n, SIZE(N)) FOR(m, SIZE(M)) {
    const double *a = V(0) + n * SIZE(C), *b = V(1) + m * SIZE(C), p = norm_of(a, SIZE(C)), q = norm_of(b, SIZE(C));
    const double g = G(2)[n * SIZE(M) + m], y = mistake == NORM_CONSTANT ? 0 : V(2)[n * SIZE(M) + m];
    FOR(k, SIZE(C)) {
      G(0)[n * SIZE(C) + k] += g * (b[k] / q - y * a[k] / p) / p;
      G(1)[m * SIZE(C) + k] += g * (a[k] / p - V(2)[n * SIZE(M) + m] * b[k] / q) / q;
    }
  }
}
MISTAKEN(cosine_right, "cosine", cosine_rows, cosine_forward, cosine_backward, RIGHT, .sizes = "N=3 C=5 M=4")
MISTAKEN(cosine_constant, "cosine, a norm constant", cosine_rows, cosine_forward, cosine_backward, NORM_CONSTANT,
         .sizes = "N=3 C=5 M=4")

/* y = u_i u_k for u = x/|x|: quadratic in a unit row, and the norm forgotten; beside it quadratic in x, and wrong. */
static const gchk_tensor_spec quadratic_rows[] = {GCHK_TENSOR("x", GCHK_INPUT, "N C"),
                                                  GCHK_TENSOR("y", GCHK_OUTPUT, "N C C")};
enum { OTHER = 5 };
static gchk_status quadratic_forward(const gchk_call *c, gchk_error *error) {
  const size_t w = SIZE(C);
  (void)error;
  FOR(n, SIZE(N))
  FOR(i, w) FOR(k, w) V(1)[(n * w + i) * w + k] = V(0)[n * w + i] * V(0)[n * w + k] / pow(norm_of(V(0) + n * w, w), 2);
  return GCHK_OK;
}
static void quadratic_backward(const gchk_call *c, int mistake) {
  const size_t w = SIZE(C);
  FOR(n, SIZE(N)) {
    const double *x = V(0) + n * w, norm = norm_of(x, w);
    double d[64] = {0}, dot = 0;
    FOR(i, w) FOR(k, w) {
      d[i] += G(1)[(n * w + i) * w + k] * x[k] / norm;
      d[k] += G(1)[(n * w + i) * w + k] * x[i] / norm;
    }
    FOR(k, w) dot += d[k] * x[k] / norm;
    FOR(k, w)
    G(0)
    [n * w + k] += mistake == FORGOTTEN ? d[k]
                   : mistake == OTHER   ? (d[k] - dot * x[(k + 1) % w] / norm) / norm
                                        : (d[k] - dot * x[k] / norm) / norm;
  }
}
MISTAKEN(quadratic_right, "unit products", quadratic_rows, quadratic_forward, quadratic_backward, RIGHT,
         .sizes = "N=3 C=4")
MISTAKEN(quadratic_forgotten, "unit products, the norm forgotten", quadratic_rows, quadratic_forward,
         quadratic_backward, FORGOTTEN, .sizes = "N=3 C=4")
MISTAKEN(quadratic_other, "unit products, the next element in the projection", quadratic_rows, quadratic_forward,
         quadratic_backward, OTHER, .sizes = "N=3 C=4")

/* y = z s(sum of z^2), z = w x: a gate of the whole row that backward takes for a constant; or half of its path. */
static const gchk_tensor_spec gate_rows[] = {
    GCHK_TENSOR("x", GCHK_INPUT, "N C"), GCHK_TENSOR("w", GCHK_PARAMETER, "K C"), GCHK_TENSOR("y", GCHK_OUTPUT, "N K")};
static double gated(const gchk_call *c, size_t n, size_t k) {
  double sum = 0;
  FOR(j, SIZE(C)) sum += V(1)[k * SIZE(C) + j] * V(0)[n * SIZE(C) + j];
  return sum;
}
static double gate_of(const gchk_call *c, size_t n) {
  double sum = 0;
  FOR(k, SIZE(K)) sum += gated(c, n, k) * gated(c, n, k);
  return 1 / (1 + exp(1 - 0.3 * sum));
}
static gchk_status gate_forward(const gchk_call *c, gchk_error *error) {
  (void)error;
  FOR(n, SIZE(N)) FOR(k, SIZE(K)) V(2)[n * SIZE(K) + k] = gated(c, n, k) * gate_of(c, n);
  return GCHK_OK;
}
static void gate_backward(const gchk_call *c, int mistake) {
  FOR(n, SIZE(N)) {
    const double s = gate_of(c, n);
    double dot = 0;
    FOR(k, SIZE(K)) dot += G(2)[n * SIZE(K) + k] * gated(c, n, k);
    FOR(k, SIZE(K)) {
      const double way = mistake == NORM_CONSTANT ? 0 : mistake == OTHER ? G(2)[n * SIZE(K)] : dot;
      const double d = s * G(2)[n * SIZE(K) + k] + way * s * (1 - s) * 0.6 * gated(c, n, k);
      FOR(j, SIZE(C)) {
        G(0)[n * SIZE(C) + j] += d * V(1)[k * SIZE(C) + j];
        G(1)[k * SIZE(C) + j] += d * V(0)[n * SIZE(C) + j];
      }
    }
  }
}
MISTAKEN(gate_right, "a gate of rows", gate_rows, gate_forward, gate_backward, RIGHT, .sizes = "N=3 C=4 K=5")
MISTAKEN(gate_constant, "a gate of rows, constant", gate_rows, gate_forward, gate_backward, NORM_CONSTANT,
         .sizes = "N=3 C=4 K=5")
MISTAKEN(gate_other, "a gate of rows, of the first output", gate_rows, gate_forward, gate_backward, OTHER,
         .sizes = "N=3 C=4 K=5")

/* Group norm of channels c = 0 ... G*K - 1: the group of c in dgamma, and what is in dx. */
static const gchk_tensor_spec group_rows[] = {
    GCHK_TENSOR("x", GCHK_INPUT, "N G*K L"), GCHK_TENSOR("gamma", GCHK_PARAMETER, "G*K"),
    GCHK_TENSOR("beta", GCHK_PARAMETER, "G*K"), GCHK_TENSOR("y", GCHK_OUTPUT, "N G*K L")};
enum { GROUP_BY_REST = 6, EVERY_SECOND, NEXT_GROUP };

static void moments_of(const gchk_call *c, size_t n, size_t g, double *mean, double *scale) {
  const size_t m = SIZE(K) * SIZE(L);
  const double *x = V(0) + (n * SIZE(G) + g) * m;
  double sum = 0, square = 0;
  FOR(k, m) sum += x[k];
  FOR(k, m) square += (x[k] - sum / (double)m) * (x[k] - sum / (double)m);
  *mean = sum / (double)m;
  *scale = 1 / sqrt(square / (double)m + 1e-5);
}

static gchk_status group_forward(const gchk_call *c, gchk_error *error) {
  const size_t channels = SIZE(G) * SIZE(K), length = SIZE(L);
  (void)error;
  FOR(n, SIZE(N)) FOR(k, channels) {
    double mean, scale;
    moments_of(c, n, k / SIZE(K), &mean, &scale);
    FOR(l, length)
    V(3)[(n * channels + k) * length + l] = (V(0)[(n * channels + k) * length + l] - mean) * scale * V(1)[k] + V(2)[k];
  }
  return GCHK_OK;
}

static size_t group_of(const gchk_call *c, size_t k, int mistake) {
  const size_t g = k / SIZE(K);
  return mistake == GROUP_BY_REST               ? k % SIZE(G)
         : mistake == NEXT_GROUP                ? (g + 1) % SIZE(G)
         : mistake == EVERY_SECOND && k % 2 > 0 ? (g + 1) % SIZE(G)
                                                : g;
}

static void group_backward(const gchk_call *c, int mistake) {
  const size_t channels = SIZE(G) * SIZE(K), length = SIZE(L), m = SIZE(K) * length;
  FOR(n, SIZE(N)) FOR(g, SIZE(G)) {
    const size_t first = (n * SIZE(G) + g) * m;
    double mean, scale, sum = 0, along = 0;
    moments_of(c, n, g, &mean, &scale);
    FOR(i, m) {
      const double d = G(3)[first + i] * V(1)[g * SIZE(K) + i / length];
      sum += d / (double)m;
      along += d * (V(0)[first + i] - mean) * scale / (double)m;
    }
    FOR(i, m)
    G(0)
    [first + i] +=
        scale * (G(3)[first + i] * V(1)[g * SIZE(K) + i / length] - sum - along * (V(0)[first + i] - mean) * scale);
  }
  FOR(n, SIZE(N)) FOR(k, channels) {
    double mean, scale;
    moments_of(c, n, group_of(c, k, mistake), &mean, &scale);
    FOR(l, length) {
      const size_t at = (n * channels + k) * length + l;
      G(1)[k] += G(3)[at] * (V(0)[at] - mean) * scale;
      G(2)[k] += G(3)[at];
    }
  }
}
#define GROUP(id, label, mistake)                                                                                      \
  MISTAKEN(id, label, group_rows, group_forward, group_backward, mistake, .sizes = "N=2 G=5 K=3 L=2")
GROUP(group_right, "group norm", RIGHT)
GROUP(group_rest, "group norm, c % G for c / K in dgamma", GROUP_BY_REST)
GROUP(group_second, "group norm, every second channel's group", EVERY_SECOND)
GROUP(group_next, "group norm, the next group in dgamma", NEXT_GROUP)

/* y = x / max(|x|, 1.5) along C: backward knows of the clamp, or differentiates the norm of all rows, or of none. */
enum { CLAMP_IGNORED = 6 };
static const double least = 1.5;
static gchk_status clamped_forward(const gchk_call *c, gchk_error *error) {
  (void)error;
  FOR(n, SIZE(N))
  FOR(k, SIZE(C))
  V(1)[n * SIZE(C) + k] = V(0)[n * SIZE(C) + k] / fmax(norm_of(V(0) + n * SIZE(C), SIZE(C)), least);
  return GCHK_OK;
}
static void clamped_backward(const gchk_call *c, int mistake) {
  FOR(n, SIZE(N)) {
    const double *x = V(0) + n * SIZE(C), *g = G(1) + n * SIZE(C), norm = norm_of(x, SIZE(C)), by = fmax(norm, least);
    double dot = 0;
    FOR(k, SIZE(C)) dot += x[k] * g[k] / (by * by);
    dot = mistake == NORM_CONSTANT || (mistake != CLAMP_IGNORED && norm < least) ? 0 : dot;
    FOR(k, SIZE(C)) G(0)[n * SIZE(C) + k] += (g[k] - dot * x[k]) / by;
  }
}
MISTAKEN(clamped_right, "clamped norm", unit_rows, clamped_forward, clamped_backward, RIGHT, .sizes = "N=24 C=5")
MISTAKEN(clamp_ignored, "clamped norm, the clamp ignored", unit_rows, clamped_forward, clamped_backward, CLAMP_IGNORED,
         .sizes = "N=24 C=5")
MISTAKEN(clamped_constant, "clamped norm, a constant", unit_rows, clamped_forward, clamped_backward, NORM_CONSTANT,
         .sizes = "N=24 C=5")

#define PLACES "unclassified wrong-at-index wrong-at-border"
static const named_layer rows[] = {
    {&unit_right, NULL, "", NULL},
    {&unit_constant, "x", "missing-variance-term factor-not-differentiated norm-not-differentiated", PLACES},
    {&unit_not_divided, "x", "", PLACES " wrong-tensor-read"},
    {&unit_half, "x", "missing-variance-term factor-not-differentiated norm-not-differentiated", PLACES},
    {&weight_right, NULL, "", NULL},
    {&weight_constant, "v", "norm-not-differentiated factor-not-differentiated missing-variance-term", PLACES},
    {&weight_forgotten, "v", "norm-not-differentiated", PLACES},
    {&cosine_right, NULL, "", NULL},
    {&cosine_constant, "a", "missing-variance-term norm-not-differentiated factor-not-differentiated", PLACES},
    {&quadratic_right, NULL, "", NULL},
    {&quadratic_forgotten, "x", "norm-not-differentiated", PLACES},
    {&quadratic_other, "x", "", PLACES " factor-not-differentiated"},
    {&gate_right, NULL, "", NULL},
    {&gate_constant, "x w", "factor-not-differentiated", PLACES},
    {&gate_other, "x w", "", PLACES},
    {&group_right, NULL, "", NULL},
    {&group_rest, "gamma", "wrong-index-map", PLACES},
    {&group_second, "gamma", "", PLACES},
    {&group_next, "gamma", "", PLACES},
};

START_TEST(mistakes_with_norms) {
  check_naming(&rows[_i]);
}
END_TEST

/* What is too much where forward has a constant is not what is missing where it has a norm. */
static const named_layer clamped_rows[] = {
    {&clamped_right, NULL, "", NULL},
    {&clamp_ignored, "x", "contributions-added", PLACES " wrong-in-region missing-variance-term"},
    {&clamped_constant, "x", "missing-variance-term factor-not-differentiated norm-not-differentiated", PLACES},
};

START_TEST(clamped_norms) {
  check_naming_of_seeds(&clamped_rows[_i], 20);
}
END_TEST

TCase *normaliser_tests(void) {
  TCase *tc = tcase_create("normalisers");
  tcase_set_timeout(tc, 120);
  tcase_add_loop_test(tc, mistakes_with_norms, 0, sizeof rows / sizeof rows[0]);
  tcase_add_loop_test(tc, clamped_norms, 0, sizeof clamped_rows / sizeof clamped_rows[0]);
  return tc;
}
