/* Recurrences: the first step, the decay of a head, sums along an axis. */
#include <math.h>
#include <stdlib.h>

#include "naming.h"

/* h_t = tanh(x_t + w h_(t-1)), h_(-1) = h0. */
static const gchk_tensor_spec recurrent_rows[] = {
    GCHK_TENSOR("x", GCHK_INPUT, "B T H"), GCHK_TENSOR("w", GCHK_PARAMETER, "H H"),
    GCHK_TENSOR("h0", GCHK_INPUT, "B H"), GCHK_TENSOR("h", GCHK_OUTPUT, "B T H")};

enum { RIGHT, OWN_STATE_FIRST, NO_STATE_FIRST, NEXT_STATE, OWN_STATE, NO_SLOPE };

static const double *state_before(const gchk_call *c, size_t b, size_t t) {
  return t > 0 ? V(3) + (b * SIZE(T) + t - 1) * SIZE(H) : V(2) + b * SIZE(H);
}

static gchk_status recurrent_forward(const gchk_call *c, gchk_error *error) {
  (void)error;
  FOR(b, SIZE(B)) FOR(t, SIZE(T)) FOR(i, SIZE(H)) {
    const size_t at = (b * SIZE(T) + t) * SIZE(H) + i;
    double sum = V(0)[at];
    FOR(j, SIZE(H)) sum += V(1)[i * SIZE(H) + j] * state_before(c, b, t)[j];
    V(3)[at] = tanh(sum);
  }
  return GCHK_OK;
}

// The part of one step in dw and in what goes to the step before.
static void recurrent_step(const gchk_call *c, size_t b, size_t t, double *carried, int mistake) {
  const size_t n = SIZE(H);
  const double *h = V(3) + (b * SIZE(T) + t) * n, *before = state_before(c, b, t);
  double d[64], next[64] = {0};
  if (mistake == OWN_STATE || (mistake == OWN_STATE_FIRST && t == 0))
    before = h;
  FOR(i, n) {
    d[i] = (G(3)[(b * SIZE(T) + t) * n + i] + carried[i]) * (mistake == NO_SLOPE ? 1 : 1 - h[i] * h[i]);
    G(0)[(b * SIZE(T) + t) * n + i] += d[i];
    FOR(j, n) {
      G(1)[i * n + j] += mistake == NO_STATE_FIRST && t == 0 ? 0 : d[i] * before[j];
      next[j] += d[i] * V(1)[i * n + j];
    }
  }
  FOR(j, n) carried[j] = next[j];
}

static void recurrent_backward(const gchk_call *c, int mistake) {
  FOR(b, SIZE(B)) {
    double carried[64] = {0};
    for (size_t t = SIZE(T); t-- > 0;)
      recurrent_step(c, b, t, carried, mistake);
    FOR(j, SIZE(H)) G(2)[b * SIZE(H) + j] += carried[j];
  }
}
#define RECURRENT(id, label, mistake)                                                                                  \
  MISTAKEN(id, label, recurrent_rows, recurrent_forward, recurrent_backward, mistake, .sizes = "B=2 T=4 H=3")
RECURRENT(recurrent_right, "recurrence", RIGHT)
RECURRENT(recurrent_own_first, "recurrence, its first output for the initial state", OWN_STATE_FIRST)
RECURRENT(recurrent_none_first, "recurrence, no initial state in dw", NO_STATE_FIRST)
RECURRENT(recurrent_own, "recurrence, dw with the state of its own step", OWN_STATE)
RECURRENT(recurrent_slope, "recurrence, without tanh'", NO_SLOPE)

/* s_t = exp(g_t) s_(t-1) + k_t, for every head; backward's decay: of head 0, of the step before, or none. */
static const gchk_tensor_spec scan_rows[] = {GCHK_TENSOR("k", GCHK_INPUT, "B T H C"),
                                             GCHK_TENSOR("g", GCHK_INPUT, "B T H"),
                                             GCHK_TENSOR("s", GCHK_OUTPUT, "B T H C")};
enum { HEAD_ZERO = 1, STEP_BEFORE, NO_DECAY, NO_CARRY };

static gchk_status scan_forward(const gchk_call *c, gchk_error *error) {
  const size_t row = SIZE(H) * SIZE(C);
  (void)error;
  FOR(b, SIZE(B)) FOR(t, SIZE(T)) FOR(z, row) {
    const size_t at = (b * SIZE(T) + t) * row + z;
    V(2)[at] = V(0)[at] + (t > 0 ? exp(V(1)[at / SIZE(C)]) * V(2)[at - row] : 0);
  }
  return GCHK_OK;
}

static double decay_of(const gchk_call *c, size_t b, size_t t, size_t h, int mistake) {
  const size_t step = mistake == STEP_BEFORE && t > 0 ? t - 1 : t;
  if (mistake == NO_CARRY)
    return 0;
  return mistake == NO_DECAY ? 1 : exp(V(1)[(b * SIZE(T) + step) * SIZE(H) + (mistake == HEAD_ZERO ? 0 : h)]);
}

static void scan_backward(const gchk_call *c, int mistake) {
  const size_t row = SIZE(H) * SIZE(C);
  FOR(b, SIZE(B)) FOR(z, row) {
    double carried = 0;
    for (size_t t = SIZE(T); t-- > 0;) {
      const size_t at = (b * SIZE(T) + t) * row + z;
      carried += G(2)[at];
      G(0)[at] += carried;
      G(1)[at / SIZE(C)] += t > 0 ? carried * exp(V(1)[at / SIZE(C)]) * V(2)[at - row] : 0;
      carried *= decay_of(c, b, t, z / SIZE(C), mistake);
    }
  }
}
#define SCAN(id, label, mistake)                                                                                       \
  MISTAKEN(id, label, scan_rows, scan_forward, scan_backward, mistake, .sizes = "B=2 T=4 H=3 C=2")
SCAN(scan_right, "scan", RIGHT)
SCAN(scan_head, "scan, the decay of head 0", HEAD_ZERO)
SCAN(scan_step, "scan, the decay of the step before", STEP_BEFORE)
SCAN(scan_none, "scan, no decay", NO_DECAY)
SCAN(scan_lost, "scan, nothing carried", NO_CARRY)

/* Sums along an axis: y_t = sum of x_s, s <= t. */
static const gchk_tensor_spec sum_rows[] = {GCHK_TENSOR("x", GCHK_INPUT, "N T"), GCHK_TENSOR("y", GCHK_OUTPUT, "N T")};
enum { OTHER_WAY = 1, WITHOUT_OWN };
static gchk_status sums_forward(const gchk_call *c, gchk_error *error) {
  (void)error;
  FOR(n, SIZE(N))
  FOR(t, SIZE(T))
  V(1)[n * SIZE(T) + t] = (1 + 0.1 * (double)t) * V(0)[n * SIZE(T) + t] + (t > 0 ? V(1)[n * SIZE(T) + t - 1] : 0);
  return GCHK_OK;
}
static void sums_backward(const gchk_call *c, int mistake) {
  FOR(n, SIZE(N)) FOR(t, SIZE(T)) FOR(s, SIZE(T)) {
    const bool counts = mistake == OTHER_WAY ? t <= s : mistake == WITHOUT_OWN ? t > s : t >= s;
    G(0)[n * SIZE(T) + s] += counts ? (1 + 0.1 * (double)s) * G(1)[n * SIZE(T) + t] : 0;
  }
}
MISTAKEN(sums_right, "running sums", sum_rows, sums_forward, sums_backward, RIGHT, .sizes = "N=3 T=5")
MISTAKEN(sums_way, "running sums, the other way", sum_rows, sums_forward, sums_backward, OTHER_WAY, .sizes = "N=3 T=5")
MISTAKEN(sums_own, "running sums, without their own", sum_rows, sums_forward, sums_backward, WITHOUT_OWN,
         .sizes = "N=3 T=5")

/* h_t = q(w) h_(t-1) + x_t, with q(w) = exp(-exp(w)) of each channel, or tanh(w). */
enum { SLOPE_LOST = 1, NEGATIVE_SLOPE_LOST, SLOPE_TWICE, SLOPE_NEARLY_LOST };
static const gchk_tensor_spec decay_rows[] = {GCHK_TENSOR("x", GCHK_INPUT, "B T C"),
                                              GCHK_TENSOR("w", GCHK_PARAMETER, "C"),
                                              GCHK_TENSOR("h", GCHK_OUTPUT, "B T C")};
static gchk_status decay_with(const gchk_call *c, double (*q)(double)) {
  FOR(b, SIZE(B)) FOR(t, SIZE(T)) FOR(k, SIZE(C)) {
    const size_t at = (b * SIZE(T) + t) * SIZE(C) + k;
    V(2)[at] = V(0)[at] + (t > 0 ? q(V(1)[k]) * V(2)[at - SIZE(C)] : 0);
  }
  return GCHK_OK;
}
static void decay_back(const gchk_call *c, double (*q)(double), double (*slope)(double w, int mistake), int mistake) {
  FOR(b, SIZE(B)) FOR(k, SIZE(C)) {
    double carried = 0;
    for (size_t t = SIZE(T); t-- > 0;) {
      const size_t at = (b * SIZE(T) + t) * SIZE(C) + k;
      carried += G(2)[at];
      G(0)[at] += carried;
      G(1)[k] += t > 0 ? carried * V(2)[at - SIZE(C)] * slope(V(1)[k], mistake) : 0;
      carried *= q(V(1)[k]);
    }
  }
}
static double twice_exp(double w) {
  return exp(-exp(w));
}
static double slope_of_twice_exp(double w, int mistake) {
  const double inner[] = {[RIGHT] = -exp(w),
                          [SLOPE_LOST] = -1,
                          [NEGATIVE_SLOPE_LOST] = 1,
                          [SLOPE_TWICE] = -exp(w) * exp(w),
                          [SLOPE_NEARLY_LOST] = -exp(0.1 * w)};
  return exp(-exp(w)) * inner[mistake];
}
static double slope_of_tanh(double w, int mistake) {
  const double slope = 1 - tanh(w) * tanh(w);
  const double all[] = {[RIGHT] = slope,
                        [SLOPE_LOST] = 1,
                        [NEGATIVE_SLOPE_LOST] = -1,
                        [SLOPE_TWICE] = slope * slope,
                        [SLOPE_NEARLY_LOST] = pow(slope, 0.1)};
  return all[mistake];
}
static gchk_status decay_forward(const gchk_call *c, gchk_error *error) {
  (void)error;
  return decay_with(c, twice_exp);
}
static void decay_backward(const gchk_call *c, int mistake) {
  decay_back(c, twice_exp, slope_of_twice_exp, mistake);
}
static gchk_status squashed_forward(const gchk_call *c, gchk_error *error) {
  (void)error;
  return decay_with(c, tanh);
}
static void squashed_backward(const gchk_call *c, int mistake) {
  decay_back(c, tanh, slope_of_tanh, mistake);
}
#define DECAY(id, label, mistake)                                                                                      \
  MISTAKEN(id, label, decay_rows, decay_forward, decay_backward, mistake, .sizes = "B=2 T=4 C=3")
DECAY(decay_right, "decay", RIGHT)
DECAY(decay_lost, "decay, its exp lost", SLOPE_LOST)
DECAY(decay_negative, "decay, its -exp lost", NEGATIVE_SLOPE_LOST)
DECAY(decay_twice, "decay, its exp twice", SLOPE_TWICE)
DECAY(decay_nearly, "decay, another power lost", SLOPE_NEARLY_LOST)
#define SQUASHED(id, label, mistake)                                                                                   \
  MISTAKEN(id, label, decay_rows, squashed_forward, squashed_backward, mistake, .sizes = "B=2 T=4 C=3")
SQUASHED(squashed_right, "tanh decay", RIGHT)
SQUASHED(squashed_lost, "tanh decay, its slope lost", SLOPE_LOST)
SQUASHED(squashed_twice, "tanh decay, its slope twice", SLOPE_TWICE)
SQUASHED(squashed_nearly, "tanh decay, another power lost", SLOPE_NEARLY_LOST)

/* Eigenvalues of symmetric matrices, (V, w) by Jacobi's method; V' diag(v) V for V diag(v) V'. */
enum { ORDER = 5, OTHER_SIDE = 1 };
static const gchk_tensor_spec eigen_rows[] = {GCHK_TENSOR("a", GCHK_INPUT, "B M M", .symmetric = true),
                                              GCHK_TENSOR("w", GCHK_OUTPUT, "B M"),
                                              GCHK_TENSOR("vectors", GCHK_CACHE, "B M M")};
static void rotate(double *first, double *second, size_t stride, double cosine, double sine) {
  FOR(k, ORDER) {
    const double p = first[k * stride], q = second[k * stride];
    first[k * stride] = cosine * p - sine * q;
    second[k * stride] = sine * p + cosine * q;
  }
}
static void sweep_eigen(double *a, double *vectors) {
  FOR(p, ORDER) for (size_t q = p + 1; q < ORDER; q++) {
    const double theta = (a[q * ORDER + q] - a[p * ORDER + p]) / (2 * a[p * ORDER + q]);
    const double t = copysign(1 / (fabs(theta) + hypot(theta, 1)), theta), cosine = 1 / hypot(t, 1);
    if (a[p * ORDER + q] == 0)
      continue;
    rotate(a + p, a + q, ORDER, cosine, t * cosine);
    rotate(a + p * ORDER, a + q * ORDER, 1, cosine, t * cosine);
    rotate(vectors + p, vectors + q, ORDER, cosine, t * cosine);
  }
}
static void exchange(double *first, double *second, size_t stride) {
  FOR(k, ORDER) {
    const double kept = first[k * stride];
    first[k * stride] = second[k * stride];
    second[k * stride] = kept;
  }
}
static void sort_eigen(double *w, double *vectors) {
  FOR(i, ORDER) for (size_t j = i; j > 0 && w[j] < w[j - 1]; j--) {
    const double kept = w[j];
    w[j] = w[j - 1];
    w[j - 1] = kept;
    exchange(vectors + j, vectors + j - 1, ORDER);
  }
}
static gchk_status eigen_forward(const gchk_call *c, gchk_error *error) {
  enum { SWEEPS = 12 };
  (void)error;
  FOR(b, SIZE(B)) {
    double a[ORDER * ORDER], *vectors = V(2) + b * ORDER * ORDER;
    FOR(i, ORDER) FOR(j, ORDER) {
      a[i * ORDER + j] = (V(0)[(b * ORDER + i) * ORDER + j] + V(0)[(b * ORDER + j) * ORDER + i]) / 2;
      vectors[i * ORDER + j] = i == j;
    }
    FOR(k, SWEEPS) sweep_eigen(a, vectors);
    FOR(i, ORDER) V(1)[b * ORDER + i] = a[i * ORDER + i];
    sort_eigen(V(1) + b * ORDER, vectors);
  }
  return GCHK_OK;
}
static void eigen_backward(const gchk_call *c, int mistake) {
  FOR(b, SIZE(B)) FOR(i, ORDER) FOR(j, ORDER) FOR(k, ORDER) {
    const double *u = V(2) + b * ORDER * ORDER;
    const double both =
        mistake == OTHER_SIDE ? u[k * ORDER + i] * u[k * ORDER + j] : u[i * ORDER + k] * u[j * ORDER + k];
    G(0)[(b * ORDER + i) * ORDER + j] += both * G(1)[b * ORDER + k];
  }
}
MISTAKEN(eigen_right, "eigenvalues", eigen_rows, eigen_forward, eigen_backward, RIGHT, .sizes = "B=3 M=5")
MISTAKEN(eigen_side, "eigenvalues, the other side", eigen_rows, eigen_forward, eigen_backward, OTHER_SIDE,
         .sizes = "B=3 M=5")

#define PLACES "unclassified wrong-at-index wrong-at-border"
static const named_layer slope_rows[] = {
    {&decay_right, NULL, "", NULL},
    {&decay_lost, "w", "wrong-derivative", PLACES},
    {&decay_negative, "w", "wrong-derivative", PLACES},
    {&decay_twice, "w", "wrong-derivative", PLACES},
    {&decay_nearly, "w", "", PLACES},
    {&squashed_right, NULL, "", NULL},
    {&squashed_lost, "w", "wrong-derivative", PLACES},
    {&squashed_twice, "w", "wrong-derivative", PLACES},
    {&squashed_nearly, "w", "", PLACES},
};

static const named_layer rows[] = {
    {&recurrent_right, NULL, "", NULL},
    {&recurrent_own_first, "w", "wrong-step", PLACES},
    {&recurrent_none_first, "w", "wrong-step", PLACES},
    {&recurrent_own, "w", "", PLACES},
    {&recurrent_slope, "x w h0", "", PLACES " output-factor"},
    {&scan_right, NULL, "", NULL},
    {&scan_head, "k g", "wrong-index-read", PLACES},
    {&scan_step, "k g", "wrong-index-read", PLACES},
    {&scan_none, "k g", "right-at-first-only", PLACES},
    {&scan_lost, "k g", "path-lost identity-backward", PLACES},
    {&sums_right, NULL, "", NULL},
    {&sums_way, "x", "wrong-mask jacobian-not-transposed", PLACES},
    {&sums_own, "x", "wrong-mask path-lost upstream-moved", PLACES},
    {&eigen_right, NULL, "", NULL},
};

/* Equal columns of a have equal eigenvalues, no derivative, and bounds that anything is within. */
static const named_layer other_side = {&eigen_side, "a", "", PLACES " many-kinks"};

START_TEST(mistakes_of_recurrences) {
  check_naming(&rows[_i]);
}
END_TEST

START_TEST(slopes_of_an_element_alone) {
  check_naming_of_seeds(&slope_rows[_i], 20);
}
END_TEST

START_TEST(what_is_within_wide_bounds_elsewhere_names_nothing) {
  check_naming_of_seeds(&other_side, 10);
}
END_TEST

TCase *recurrent_tests(void) {
  TCase *tc = tcase_create("recurrent");
  tcase_set_timeout(tc, 120);
  tcase_add_loop_test(tc, mistakes_of_recurrences, 0, sizeof rows / sizeof rows[0]);
  tcase_add_loop_test(tc, slopes_of_an_element_alone, 0, sizeof slope_rows / sizeof slope_rows[0]);
  tcase_add_test(tc, what_is_within_wide_bounds_elsewhere_names_nothing);
  return tc;
}
