/* What is done with the upstream gradient of each output. */
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "naming.h"

/* a = x + r, y = a w/rms(a), and a is given out too: a residual before a norm. */
static const gchk_tensor_spec residual_rows[] = {
    GCHK_TENSOR("x", GCHK_INPUT, "N C"), GCHK_TENSOR("r", GCHK_INPUT, "N C"), GCHK_TENSOR("w", GCHK_PARAMETER, "C"),
    GCHK_TENSOR("y", GCHK_OUTPUT, "N C"), GCHK_TENSOR("a", GCHK_OUTPUT, "N C")};
enum { RIGHT, MERGED, MERGED_TOO, MERGED_BACK, LOST, SCALED };

static double scale_of(const double *a, size_t n) {
  double sum = 0;
  FOR(k, n) sum += a[k] * a[k];
  return 1 / sqrt(sum / (double)n + 1e-5);
}

static gchk_status residual_forward(const gchk_call *c, gchk_error *error) {
  const size_t w = SIZE(C);
  (void)error;
  FOR(n, SIZE(N)) {
    FOR(k, w) V(4)[n * w + k] = V(0)[n * w + k] + V(1)[n * w + k];
    FOR(k, w) V(3)[n * w + k] = V(4)[n * w + k] * scale_of(V(4) + n * w, w) * V(2)[k];
  }
  return GCHK_OK;
}

static void residual_row(const gchk_call *c, size_t n, int mistake) {
  const size_t w = SIZE(C);
  const double *a = V(4) + n * w, s = scale_of(a, w);
  double dot = 0;
  const bool goes_through = mistake == MERGED || mistake == MERGED_TOO;
  FOR(k, w) dot += (G(3)[n * w + k] + (goes_through ? G(4)[n * w + k] : 0)) * V(2)[k] * a[k] * s * s / (double)w;
  FOR(k, w) {
    const double g = G(3)[n * w + k] + (goes_through ? G(4)[n * w + k] : 0);
    const double straight = mistake == MERGED || mistake == LOST ? 0
                            : mistake == MERGED_BACK             ? G(4)[n * w + k] + G(3)[n * w + k]
                            : mistake == SCALED                  ? G(4)[n * w + k] * s
                                                                 : G(4)[n * w + k];
    const double d = s * (g * V(2)[k] - a[k] * dot) + straight;
    G(0)[n * w + k] += d;
    G(1)[n * w + k] += d;
    G(2)[k] += G(3)[n * w + k] * a[k] * s;
  }
}
static void residual_backward(const gchk_call *c, int mistake) {
  FOR(n, SIZE(N)) residual_row(c, n, mistake);
}
#define RESIDUAL(id, label, mistake)                                                                                   \
  MISTAKEN(id, label, residual_rows, residual_forward, residual_backward, mistake, .sizes = "N=3 C=5")
RESIDUAL(residual_right, "residual and norm", RIGHT)
RESIDUAL(residual_merged, "residual through the norm", MERGED)
RESIDUAL(residual_too, "residual through the norm too", MERGED_TOO)
RESIDUAL(residual_back, "norm's gradient past it too", MERGED_BACK)
RESIDUAL(residual_lost, "residual lost", LOST)
RESIDUAL(residual_scaled, "residual times the scale", SCALED)

/* y = clamp(x w, -1, 1) by rows: the clamp forgotten, for all or for negative ones; and outputs that are left out. */
static const gchk_tensor_spec clamp_rows[] = {
    GCHK_TENSOR("x", GCHK_INPUT, "N C"), GCHK_TENSOR("w", GCHK_PARAMETER, "C M"), GCHK_TENSOR("y", GCHK_OUTPUT, "N M")};
enum { NO_CLAMP = 1, NO_LOWER_CLAMP, WITHOUT_LAST, TIMES_Y, WITHOUT_MIDDLE, ODD_FACTOR };

static double product(const gchk_call *c, size_t n, size_t m) {
  double sum = 0.1;
  FOR(k, SIZE(C)) sum += V(0)[n * SIZE(C) + k] * V(1)[k * SIZE(M) + m];
  return sum;
}
static gchk_status clamp_forward(const gchk_call *c, gchk_error *error) {
  (void)error;
  FOR(n, SIZE(N)) FOR(m, SIZE(M)) V(2)[n * SIZE(M) + m] = fmin(1, fmax(-1, product(c, n, m)));
  return GCHK_OK;
}
static double clamp_slope(const gchk_call *c, size_t n, size_t m, int mistake) {
  const double y = V(2)[n * SIZE(M) + m];
  const bool clamped = mistake == NO_CLAMP ? false : mistake == NO_LOWER_CLAMP ? y >= 1 : fabs(y) >= 1;
  if (clamped || (mistake == WITHOUT_LAST && m + 1 == SIZE(M)) || (mistake == WITHOUT_MIDDLE && (n + m) % 3 == 1))
    return 0;
  return mistake == TIMES_Y ? y : mistake == ODD_FACTOR ? 1.5 + sin(7 * y) : 1;
}
static void clamp_backward(const gchk_call *c, int mistake) {
  FOR(n, SIZE(N)) FOR(m, SIZE(M)) FOR(k, SIZE(C)) {
    const double g = clamp_slope(c, n, m, mistake) * G(2)[n * SIZE(M) + m];
    G(0)[n * SIZE(C) + k] += g * V(1)[k * SIZE(M) + m];
    G(1)[k * SIZE(M) + m] += g * V(0)[n * SIZE(C) + k];
  }
}
#define CLAMP(id, label, mistake)                                                                                      \
  MISTAKEN(id, label, clamp_rows, clamp_forward, clamp_backward, mistake, .sizes = "N=4 C=3 M=7")
CLAMP(clamp_right, "clamped products", RIGHT)
CLAMP(clamp_none, "clamped products, no clamp", NO_CLAMP)
CLAMP(clamp_lower, "clamped products, no clamp below", NO_LOWER_CLAMP)
CLAMP(clamp_tail, "clamped products, the last left out", WITHOUT_LAST)
CLAMP(clamp_times, "clamped products, times y", TIMES_Y)
CLAMP(clamp_holes, "clamped products, some left out", WITHOUT_MIDDLE)
CLAMP(clamp_odd, "clamped products, an odd factor", ODD_FACTOR)

/* y_t = w x_t, read one step off; heads of a group read by h % R. */
static const gchk_tensor_spec moved_rows[] = {GCHK_TENSOR("x", GCHK_INPUT, "B T C"),
                                              GCHK_TENSOR("w", GCHK_PARAMETER, "C"),
                                              GCHK_TENSOR("y", GCHK_OUTPUT, "B T C")};
enum { NEXT_STEP = 1, FROM_END };
static gchk_status moved_forward(const gchk_call *c, gchk_error *error) {
  (void)error;
  FOR(i, SIZE(B) * SIZE(T) * SIZE(C)) V(2)[i] = V(1)[i % SIZE(C)] * V(0)[i];
  return GCHK_OK;
}
static void moved_backward(const gchk_call *c, int mistake) {
  FOR(b, SIZE(B)) FOR(t, SIZE(T)) FOR(k, SIZE(C)) {
    const size_t at = (b * SIZE(T) + t) * SIZE(C) + k;
    const size_t from = mistake == NEXT_STEP ? t + 1 : mistake == FROM_END ? SIZE(T) - 1 - t : t;
    const double g = from < SIZE(T) ? G(2)[(b * SIZE(T) + from) * SIZE(C) + k] : 0;
    G(0)[at] += V(1)[k] * G(2)[at];
    G(1)[k] += V(0)[at] * g;
  }
}
MISTAKEN(moved_right, "scaled steps", moved_rows, moved_forward, moved_backward, RIGHT, .sizes = "B=2 T=5 C=3")
MISTAKEN(moved_next, "scaled steps, dw of the next", moved_rows, moved_forward, moved_backward, NEXT_STEP,
         .sizes = "B=2 T=5 C=3")
MISTAKEN(moved_end, "scaled steps, dw from the end", moved_rows, moved_forward, moved_backward, FROM_END,
         .sizes = "B=2 T=5 C=3")

/* y_k = log of the sum of exp x_i, i <= k; a factor multiplied in twice. */
static const gchk_tensor_spec log_rows[] = {GCHK_TENSOR("x", GCHK_INPUT, "N K"), GCHK_TENSOR("y", GCHK_OUTPUT, "N K")};
enum { FACTOR_TWICE = 1, OTHER_FACTOR };
static gchk_status log_forward(const gchk_call *c, gchk_error *error) {
  (void)error;
  FOR(n, SIZE(N)) {
    double sum = 0;
    FOR(k, SIZE(K)) {
      sum += exp(V(0)[n * SIZE(K) + k]);
      V(1)[n * SIZE(K) + k] = log(sum);
    }
  }
  return GCHK_OK;
}
static void log_backward(const gchk_call *c, int mistake) {
  FOR(n, SIZE(N)) {
    double sum = 0;
    for (size_t k = SIZE(K); k-- > 0;) {
      const double y = V(1)[n * SIZE(K) + k], x = V(0)[n * SIZE(K) + k];
      sum += G(1)[n * SIZE(K) + k] * exp(mistake == FACTOR_TWICE ? -2 * y : -y);
      G(0)[n * SIZE(K) + k] += sum * exp(mistake == OTHER_FACTOR ? x / 2 : x);
    }
  }
}
MISTAKEN(log_right, "running log of sums", log_rows, log_forward, log_backward, RIGHT, .sizes = "N=2 K=5")
MISTAKEN(log_twice, "running log of sums, a factor twice", log_rows, log_forward, log_backward, FACTOR_TWICE,
         .sizes = "N=2 K=5")
MISTAKEN(log_other, "running log of sums, a factor of x", log_rows, log_forward, log_backward, OTHER_FACTOR,
         .sizes = "N=2 K=5")

/* Pooling by the cube root of the sum of cubes, over windows that share nothing: a factor of y, and one of the window. */
static const gchk_tensor_spec pool_rows[] = {GCHK_TENSOR("x", GCHK_INPUT, "N 3*W"),
                                             GCHK_TENSOR("y", GCHK_OUTPUT, "N W")};
enum { WINDOW = 3, POWER_LOST = 1, OF_WINDOW };
static gchk_status pool_forward(const gchk_call *c, gchk_error *error) {
  (void)error;
  FOR(j, c->t[1].count) {
    double sum = 0;
    FOR(k, WINDOW) sum += pow(fabs(V(0)[j * WINDOW + k]), 3);
    V(1)[j] = cbrt(sum);
  }
  return GCHK_OK;
}
static void pool_backward(const gchk_call *c, int mistake) {
  FOR(i, c->t[0].count) {
    const double x = V(0)[i], y = V(1)[i / WINDOW], slope = y > 0 ? x * fabs(x) / (y * y) : 0;
    G(0)
    [i] = G(1)[i / WINDOW] * slope *
          (mistake == POWER_LOST  ? y * y
           : mistake == OF_WINDOW ? 1 + 0.25 * (double)(i / WINDOW % 3)
                                  : 1);
  }
}
#define POOL(id, label, mistake)                                                                                       \
  MISTAKEN(id, label, pool_rows, pool_forward, pool_backward, mistake, .sizes = "N=3 W=4")
POOL(pool_right, "pooling of cubes", RIGHT)
POOL(pool_power, "pooling of cubes, power lost", POWER_LOST)
POOL(pool_window, "pooling of cubes, a factor of the window", OF_WINDOW)

/*
 * A softmax of float whose exp is linear between powers of 2, and backward that of the true exp: between kinks, differences
 * are known to so little that any factor fits.
 */
static const gchk_tensor_spec coarse_rows[] = {GCHK_TENSOR("x", GCHK_INPUT, "K"), GCHK_TENSOR("y", GCHK_OUTPUT, "K")};
static float coarse_exp(float x) {
  float value;
  const int32_t bits = (int32_t)(12102203.f * x + 1064986823.f); // N. Schraudolph, 1999
  memcpy(&value, &bits, sizeof value);
  return value;
}
static gchk_status coarse_forward(const gchk_call *c, gchk_error *error) {
  (void)error;
  const float *x = c->t[0].value;
  float *y = c->t[1].value, largest = x[0], sum = 0;
  FOR(k, SIZE(K)) largest = fmaxf(largest, x[k]);
  FOR(k, SIZE(K)) sum += y[k] = coarse_exp(x[k] - largest);
  FOR(k, SIZE(K)) y[k] /= sum;
  return GCHK_OK;
}
static gchk_status coarse_backward(const gchk_call *c, gchk_error *error) {
  (void)error;
  const float *dy = c->t[1].grad, *y = c->t[1].value;
  float *dx = c->t[0].grad, mean = 0;
  FOR(k, SIZE(K)) mean += dy[k] * y[k];
  FOR(k, SIZE(K)) dx[k] += y[k] * (dy[k] - mean);
  return GCHK_OK;
}
static const gchk_layer coarse_softmax = {.name = "softmax of a coarse exp",
                                          .dtype = GCHK_F32,
                                          GCHK_TENSORS(coarse_rows),
                                          .forward = coarse_forward,
                                          .backward = coarse_backward,
                                          .sizes = "K=5"};

#define PLACES "unclassified wrong-at-index wrong-at-border"
static const named_layer rows[] = {
    {&residual_right, NULL, "", NULL},
    {&residual_merged, "x r", "merged-outputs", NULL},
    {&residual_too, "x r", "merged-outputs", NULL},
    {&residual_back, "x r", "merged-outputs", NULL},
    {&residual_lost, "x r", "path-lost", NULL},
    {&residual_scaled, "x r", "", PLACES " output-factor"},
    {&clamp_right, NULL, "", NULL},
    {&clamp_none, "x w", "gate-ignored", PLACES " gradient-where-flat"},
    {&clamp_lower, "x w", "gate-ignored", PLACES " gradient-where-flat wrong-in-region"},
    {&clamp_tail, "x w", "upstream-dropped missing-tail zero-gradient", PLACES},
    {&clamp_times, "x w", "output-factor wrong-derivative", PLACES},
    {&clamp_holes, "x w", "contributions-lost", PLACES " zero-gradient wrong-where-repeated"},
    {&clamp_odd, "x w", "output-factor", PLACES},
    {&moved_right, NULL, "", NULL},
    {&moved_next, "w", "upstream-moved", NULL},
    {&moved_end, "w", "upstream-moved", NULL},
    {&log_right, NULL, "", NULL},
    {&log_twice, "x", "output-factor", PLACES},
    {&log_other, "x", "", PLACES " wrong-derivative"},
    {&pool_right, NULL, "", NULL},
    {&pool_power, "x", "output-factor", PLACES},
    {&pool_window, "x", "", PLACES " output-factor"},
};

START_TEST(mistakes_with_outputs) {
  check_naming(&rows[_i]);
}
END_TEST

START_TEST(a_factor_of_the_output_is_named_at_many_seeds) {
  static const named_layer named[] = {{&pool_power, "x", "output-factor", PLACES}, {&pool_right, NULL, "", NULL}};
  check_naming_of_seeds(&named[_i], 10);
}
END_TEST

START_TEST(what_any_factor_fits_has_none) {
  static const named_layer coarse = {&coarse_softmax, "x", "",
                                     "unclassified epsilon-mismatch wrong-at-ties many-kinks"};
  check_naming_of_seeds(&coarse, 64);
}
END_TEST

TCase *output_tests(void) {
  TCase *tc = tcase_create("outputs");
  tcase_set_timeout(tc, 120);
  tcase_add_test(tc, what_any_factor_fits_has_none);
  tcase_add_loop_test(tc, a_factor_of_the_output_is_named_at_many_seeds, 0, 2);
  tcase_add_loop_test(tc, mistakes_with_outputs, 0, sizeof rows / sizeof rows[0]);
  return tc;
}
