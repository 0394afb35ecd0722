/*
 * Batch norm in float: over two rows, which gradcheck tries, x^ is 1 and -1 but for eps, and dx what eps leaves of terms
 * that cancel. Right code passes, with a twin and without, whatever eps is; mistakes fail, in those rows alone too.
 */
#include <math.h>

#include "gradcheck/check.h"
#include "main.h"
#include "sanitized.h"

enum { X, GAMMA, BETA, Y, NORMED, RSTD };

static const gchk_tensor_spec f32_rows[] = {
    GCHK_TENSOR("x", GCHK_INPUT, "N C"),      GCHK_TENSOR("gamma", GCHK_PARAMETER, "C"),
    GCHK_TENSOR("beta", GCHK_PARAMETER, "C"), GCHK_TENSOR("y", GCHK_OUTPUT, "N C"),
    GCHK_TENSOR("normed", GCHK_CACHE, "N C"), GCHK_TENSOR("rstd", GCHK_CACHE, "C")};

static const gchk_tensor_spec bounded_rows[] = {
    GCHK_TENSOR("x", GCHK_INPUT, "N C", .fill = {.kind = GCHK_FILL_UNIFORM, .a = -2, .b = 2}),
    GCHK_TENSOR("gamma", GCHK_PARAMETER, "C"),
    GCHK_TENSOR("beta", GCHK_PARAMETER, "C"),
    GCHK_TENSOR("y", GCHK_OUTPUT, "N C"),
    GCHK_TENSOR("normed", GCHK_CACHE, "N C"),
    GCHK_TENSOR("rstd", GCHK_CACHE, "C")};

typedef enum mistake {
  NONE,
  NO_MEAN,     /* the term of the mean is dropped */
  NO_VARIANCE, /* that of the variance */
  OFF_BY_1E_3, /* dy is a thousandth too large */
  IN_TWO_ROWS, /* the same, of two rows alone */
  OPPOSITE,    /* the wrong sign */
  JUMPS        /* of two rows: a hundredth of dy comes or goes with the last bit of x */
} mistake;

typedef struct kind {
  double eps;
  mistake wrong;
  bool is_bounded; /* x is within a range */
} kind;

#define BATCH_NORM(real, forward, backward)                                                                            \
  static gchk_status forward(const gchk_call *c, gchk_error *error) {                                                  \
    const kind *k = c->layer->user;                                                                                    \
    const size_t N = gchk_size(c, "N"), C = gchk_size(c, "C");                                                         \
    const real *x = c->t[X].value, *gamma = c->t[GAMMA].value, *beta = c->t[BETA].value;                               \
    real *y = c->t[Y].value, *normed = c->t[NORMED].value, *rstd = c->t[RSTD].value;                                   \
    (void)error;                                                                                                       \
    for (size_t i = 0; i < C; i++) {                                                                                   \
      real mean = 0, variance = 0;                                                                                     \
      for (size_t n = 0; n < N; n++)                                                                                   \
        mean += x[n * C + i];                                                                                          \
      mean /= (real)N;                                                                                                 \
      for (size_t n = 0; n < N; n++)                                                                                   \
        variance += (x[n * C + i] - mean) * (x[n * C + i] - mean);                                                     \
      rstd[i] = 1 / (real)sqrt((double)(variance / (real)N + (real)k->eps));                                           \
      for (size_t n = 0; n < N; n++) {                                                                                 \
        normed[n * C + i] = (x[n * C + i] - mean) * rstd[i];                                                           \
        y[n * C + i] = gamma[i] * normed[n * C + i] + beta[i];                                                         \
      }                                                                                                                \
    }                                                                                                                  \
    return GCHK_OK;                                                                                                    \
  }                                                                                                                    \
  static gchk_status backward(const gchk_call *c, gchk_error *error) {                                                 \
    const kind *k = c->layer->user;                                                                                    \
    const size_t N = gchk_size(c, "N"), C = gchk_size(c, "C");                                                         \
    const real *x = c->t[X].value, *dy = c->t[Y].grad, *gamma = c->t[GAMMA].value;                                     \
    const real *normed = c->t[NORMED].value, *rstd = c->t[RSTD].value;                                                 \
    real *dx = c->t[X].grad, *dgamma = c->t[GAMMA].grad, *dbeta = c->t[BETA].grad;                                     \
    (void)error;                                                                                                       \
    for (size_t i = 0; i < C; i++) {                                                                                   \
      real of_gamma = 0, of_beta = 0;                                                                                  \
      for (size_t n = 0; n < N; n++) {                                                                                 \
        of_gamma += dy[n * C + i] * normed[n * C + i];                                                                 \
        of_beta += dy[n * C + i];                                                                                      \
      }                                                                                                                \
      dgamma[i] = of_gamma;                                                                                            \
      dbeta[i] = of_beta;                                                                                              \
      for (size_t n = 0; n < N; n++) {                                                                                 \
        const size_t e = n * C + i;                                                                                    \
        const real mean = k->wrong == NO_MEAN ? 0 : of_beta / (real)N;                                                 \
        const real variance = k->wrong == NO_VARIANCE ? 0 : normed[e] * of_gamma / (real)N;                            \
        real factor = k->wrong == OFF_BY_1E_3 || (k->wrong == IN_TWO_ROWS && N == 2) ? (real)1.001 : 1;                \
        if (k->wrong == JUMPS && N == 2)                                                                               \
          factor = is_odd((double)(float)x[e]) ? (real)1.01 : 1;                                                       \
        dx[e] = gamma[i] * rstd[i] * (factor * dy[e] - mean - variance) * (k->wrong == OPPOSITE ? -1 : 1);             \
      }                                                                                                                \
    }                                                                                                                  \
    return GCHK_OK;                                                                                                    \
  }

/* Is the last bit of a float set? */
static bool is_odd(double x) {
  int exponent;
  return fmod(ldexp(fabs(frexp(x, &exponent)), 24), 2) != 0;
}

BATCH_NORM(double, forward64, backward64)
BATCH_NORM(float, forward32, backward32)

enum { SEEDS = REPEATED(6, 1), SEEDS_OF_MISTAKES = REPEATED(2, 1) };

/* How many of so many seeds end with this exit status. */
static int count_of(const kind *k, const char *sizes, bool has_twin, int seeds, int exit_code) {
  kind own = *k;
  gchk_layer twin = {.name = "batch-norm",
                     .dtype = GCHK_F64,
                     .tensors = k->is_bounded ? bounded_rows : f32_rows,
                     .tensor_count = sizeof f32_rows / sizeof f32_rows[0],
                     .sizes = sizes,
                     .sizes_require = "N>=2",
                     .forward = forward64,
                     .backward = backward64,
                     .user = &own};
  gchk_layer layer = twin;
  layer.dtype = GCHK_F32;
  layer.forward = forward32;
  layer.backward = backward32;
  layer.twin = has_twin ? &twin : NULL;
  int count = 0;
  for (int seed = 0; seed < seeds; seed++) {
    gchk_options options = GCHK_OPTIONS_INIT;
    gchk_result *result = NULL;
    gchk_error error;
    options.seed = (uint64_t)seed;
    ck_assert_msg(gchk_check_layer(&layer, &options, &result, &error) == GCHK_OK, "%s", error.message);
    count += result->exit_code == exit_code;
    gchk_result_free(result);
  }
  return count;
}

static const double all_eps[] = {1e-5, 1e-8, 1e-11};
enum { EPS = sizeof all_eps / sizeof all_eps[0] };

START_TEST(right_code_passes) {
  const kind k = {.eps = all_eps[_i / 2]};
  ck_assert_int_eq(count_of(&k, NULL, _i % 2 != 0, SEEDS, 0), SEEDS);
}
END_TEST

START_TEST(mistakes_fail) {
  static const mistake wrong[] = {NO_MEAN, NO_VARIANCE, OFF_BY_1E_3, IN_TWO_ROWS, OPPOSITE};
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
    const kind k = {.eps = all_eps[_i / 2], .wrong = wrong[i]};
    const int failed = count_of(&k, NULL, _i % 2 != 0, SEEDS_OF_MISTAKES, 1);
    ck_assert_msg(failed == SEEDS_OF_MISTAKES, "mistake %d: %d of %d fail", (int)wrong[i], failed, SEEDS_OF_MISTAKES);
  }
}
END_TEST

/* What jumps is no rounding of terms, however large it makes them look. */
START_TEST(a_backward_that_jumps_is_no_pass) {
  const kind k = {.eps = all_eps[_i / 2], .wrong = JUMPS};
  ck_assert_int_eq(count_of(&k, NULL, _i % 2 != 0, SEEDS_OF_MISTAKES, 0), 0);
}
END_TEST

/* Where there is no other shape, nor a shorter row, nothing tells the sign of what is left. */
START_TEST(two_rows_alone_are_no_pass) {
  const kind k = {.eps = 1e-11, .is_bounded = true};
  ck_assert_int_eq(count_of(&k, "N=2 C=5", _i != 0, SEEDS, 5), SEEDS);
}
END_TEST

/* Rows whose variance is below eps tell it. */
START_TEST(two_short_rows_tell) {
  static const mistake wrong[] = {NO_MEAN, NO_VARIANCE, OPPOSITE};
  const kind right = {.eps = 1e-11};
  ck_assert_int_eq(count_of(&right, "N=2 C=5", _i != 0, SEEDS, 1), 0);
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
    const kind k = {.eps = 1e-11, .wrong = wrong[i]};
    ck_assert_int_eq(count_of(&k, "N=2 C=5", _i != 0, SEEDS, 1), SEEDS);
  }
}
END_TEST

static TCase *cancelled_terms_tests(void) {
  TCase *tests = tcase_create("cancelled_terms");
  tcase_set_timeout(tests, 240);
  tcase_add_loop_test(tests, right_code_passes, 0, 2 * EPS);
  tcase_add_loop_test(tests, mistakes_fail, 0, 2 * EPS);
  tcase_add_loop_test(tests, a_backward_that_jumps_is_no_pass, 0, 2 * EPS);
  tcase_add_loop_test(tests, two_rows_alone_are_no_pass, 0, 2);
  tcase_add_loop_test(tests, two_short_rows_tell, 0, 2);
  return tests;
}

TEST_MAIN("cancelled", cancelled_terms_tests)
