/*
 * Gradients that are 0 since terms cancel. y of x (N,C) and of b (C), one source in float and double:
 *
 *     CENTRED   y = tanh(z - mean_n z),   z = x + b                 no output depends on b
 *     NORMED    y = (z - mean_n z)/sqrt(var_n z + 1e-5)             likewise; 1 and -1 where N is 2
 *     FLOORED   the same of z = max(x + b, -4)                      none does at the point; all do farther away
 *     TINY      y = x + 1e-20 sin(b)                                all do, by less than differences show
 *
 * `term` is a factor on what backward subtracts for the mean, in db alone; of TINY, on db.
 */
#include "decide/independent.h"

#include "decide/retry.h"
#include "decide_tests.h"
#include "instance/precision.h"
#include "measure/work_fixture.h"
#include "sanitized.h"

enum { CENTRED, NORMED, FLOORED, TINY };
enum { MODE, TERM, OPTIONS };
enum { X, B, Y };

static const double tiny = 1e-20, lowest = -4;

#define LAYER(real, tanh_of, sin_of, cos_of, sqrt_of, forward, backward)                                               \
  static real forward##_z(const gchk_call *c, size_t n, size_t k, size_t columns) {                                    \
    const real *x = c->t[X].value, *b = c->t[B].value, z = x[n * columns + k] + b[k];                                  \
    return c->option[MODE] == FLOORED && z < (real)lowest ? (real)lowest : z;                                          \
  }                                                                                                                    \
  /* Mean over n, and 1/sqrt(var + 1e-5). */                                                                           \
  static real forward##_mean(const gchk_call *c, size_t k, real *r) {                                                  \
    const size_t rows = gchk_size(c, "N"), columns = gchk_size(c, "C");                                                \
    real mean = 0, square = 0;                                                                                         \
    for (size_t n = 0; n < rows; n++)                                                                                  \
      mean += forward##_z(c, n, k, columns) / (real)rows;                                                              \
    for (size_t n = 0; n < rows; n++)                                                                                  \
      square += (forward##_z(c, n, k, columns) - mean) * (forward##_z(c, n, k, columns) - mean) / (real)rows;          \
    *r = 1 / sqrt_of(square + (real)1e-5);                                                                             \
    return mean;                                                                                                       \
  }                                                                                                                    \
  static gchk_status forward(const gchk_call *c, gchk_error *error) {                                                  \
    (void)error;                                                                                                       \
    const size_t rows = gchk_size(c, "N"), columns = gchk_size(c, "C");                                                \
    const real *x = c->t[X].value, *b = c->t[B].value;                                                                 \
    real *y = c->t[Y].value, r;                                                                                        \
    for (size_t k = 0; k < columns; k++) {                                                                             \
      const real mean = forward##_mean(c, k, &r);                                                                      \
      for (size_t n = 0; n < rows; n++) {                                                                              \
        const real centred = forward##_z(c, n, k, columns) - mean;                                                     \
        y[n * columns + k] = c->option[MODE] == TINY     ? x[n * columns + k] + (real)tiny * sin_of(b[k])              \
                             : c->option[MODE] == NORMED ? centred * r                                                 \
                                                         : tanh_of(centred);                                           \
      }                                                                                                                \
    }                                                                                                                  \
    return GCHK_OK;                                                                                                    \
  }                                                                                                                    \
  static gchk_status backward(const gchk_call *c, gchk_error *error) {                                                 \
    (void)error;                                                                                                       \
    const size_t rows = gchk_size(c, "N"), columns = gchk_size(c, "C");                                                \
    const bool is_tiny = c->option[MODE] == TINY, is_normed = c->option[MODE] == NORMED;                               \
    const real *b = c->t[B].value, *y = c->t[Y].value, *dy = c->t[Y].grad;                                             \
    real *dx = c->t[X].grad, *db = c->t[B].grad, term = (real)c->option[TERM], r;                                      \
    for (size_t k = 0; k < columns; k++) {                                                                             \
      real sum = 0, along = 0, of_b = 0;                                                                               \
      (void)forward##_mean(c, k, &r);                                                                                  \
      for (size_t n = 0; n < rows; n++) {                                                                              \
        const size_t i = n * columns + k;                                                                              \
        sum += is_normed ? dy[i] : dy[i] * (1 - y[i] * y[i]);                                                          \
        along += dy[i] * y[i];                                                                                         \
      }                                                                                                                \
      for (size_t n = 0; n < rows; n++) {                                                                              \
        const size_t i = n * columns + k;                                                                              \
        const real mean = sum / (real)rows,                                                                            \
                   own = is_normed ? dy[i] - y[i] * along / (real)rows : dy[i] * (1 - y[i] * y[i]);                    \
        const real by = is_normed ? r : 1;                                                                             \
        const bool is_gone = c->option[MODE] == FLOORED && forward##_z(c, n, k, columns) == (real)lowest;              \
        dx[i] += is_tiny ? dy[i] : is_gone ? 0 : by * (own - mean);                                                    \
        of_b += is_tiny ? term * dy[i] * (real)tiny * cos_of(b[k]) : is_gone ? 0 : by * (own - term * mean);           \
      }                                                                                                                \
      db[k] += of_b;                                                                                                   \
    }                                                                                                                  \
    return GCHK_OK;                                                                                                    \
  }
LAYER(double, tanh, sin, cos, sqrt, forward64, backward64)
LAYER(float, tanhf, sinf, cosf, sqrtf, forward32, backward32)

static const gchk_tensor_spec rows[] = {GCHK_TENSOR("x", GCHK_INPUT, "N C"), GCHK_TENSOR("b", GCHK_PARAMETER, "C"),
                                        GCHK_TENSOR("y", GCHK_OUTPUT, "N C")};
static const gchk_option_spec options[OPTIONS] = {
    [MODE] = {"mode", CENTRED, CENTRED, TINY, ""}, [TERM] = {"term", 1, -10, 10, ""}};
#define TABLE(real_dtype, f, b, ...)                                                                                   \
  {                                                                                                                    \
    .name = "centred", .dtype = real_dtype, GCHK_TENSORS(rows), .forward = f, .backward = b,                           \
    GCHK_OPTION_TABLE(options), __VA_ARGS__                                                                            \
  }
static const gchk_layer of_double = TABLE(GCHK_F64, forward64, backward64, .sizes = "N=4 C=2");
static const gchk_layer of_float = TABLE(GCHK_F32, forward32, backward32, .sizes = "N=4 C=2");
static const gchk_layer with_twin = TABLE(GCHK_F32, forward32, backward32, .sizes = "N=4 C=2", .twin = &of_double);
static const gchk_layer *const layers[] = {&of_double, &of_float, &with_twin};

/* What came of b, after retries. */
typedef struct counts {
  size_t verdicts[GCHK_ERROR + 1], cancelled, nonzero;
} counts;

static counts check_b(const gchk_layer *layer, const char *sizes, int mode, double term, uint64_t seed) {
  const double option[OPTIONS] = {mode, term};
  const gchk_case spec = {.name = "centred", .layer = layer, .options = option, .sizes = sizes};
  const gchk_options check_options = {.size = sizeof(gchk_options), .seed = seed};
  work_fixture f;
  gchk_error error = {GCHK_OK, ""};
  counts all = {.cancelled = 0};
  work_fixture_open(&f, &spec, &check_options);
  work_fixture_differentiate(&f);
  ck_assert_int_eq(gchk_retry_open_elements(&f.work, NULL, &error), GCHK_OK);
  const gchk_tensor_work *b = work_fixture_tensor(&f, "b");
  for (size_t e = 0; e < b->total; e++) {
    all.verdicts[b->verdict[e]]++;
    all.cancelled += b->verdict[e] == GCHK_PASS && b->resolution[e] == GCHK_CANCELLED;
  }
  all.nonzero = b->tally.nonzero;
  work_fixture_close(&f);
  return all;
}

static const char *const sizes[] = {"N=3 C=1", "N=4 C=2", "N=16 C=5", "N=100 C=3"};
enum { SIZES = sizeof sizes / sizeof sizes[0], SEEDS = REPEATED(12, 2), LAYERS = sizeof layers / sizeof layers[0] };

START_TEST(what_no_output_depends_on_passes_where_terms_cancel) {
  for (size_t l = 0; l < LAYERS; l++) {
    size_t cancelled = 0;
    for (size_t s = 0; s < SIZES; s++)
      for (uint64_t seed = 0; seed < 2 * SEEDS; seed++) {
        const counts all = check_b(layers[l], sizes[s], seed < SEEDS ? CENTRED : NORMED, 1, seed);
        for (size_t v = GCHK_KINK; v <= GCHK_ERROR; v++)
          ck_assert_msg(all.verdicts[v] == 0, "layer %zu, %s, seed %d: verdict %zu", l, sizes[s], (int)seed, v);
        ck_assert_uint_eq(all.nonzero, 0); // as a sensitivity is not asked of what is 0
        cancelled += all.cancelled;
      }
    ck_assert_uint_gt(cancelled, SIZES * SEEDS);
  }
}
END_TEST

/* Two rows are 1 and -1 after the norm: what the terms' rounding is, the upstream gradient alone tells. */
START_TEST(so_does_what_is_normalised_over_two_rows) {
  for (size_t l = 0; l < LAYERS; l++)
    for (uint64_t seed = 0; seed < 5 * SEEDS; seed++) {
      const counts all = check_b(layers[l], "N=2 C=7", NORMED, 1, seed);
      for (size_t v = GCHK_KINK; v <= GCHK_ERROR; v++)
        ck_assert_msg(all.verdicts[v] == 0, "layer %zu, seed %d: verdict %zu", l, (int)seed, v);
      ck_assert_uint_gt(check_b(layers[l], "N=2 C=7", NORMED, 1.001, seed).verdicts[GCHK_FAIL], 0);
    }
}
END_TEST

START_TEST(a_term_that_is_wrong_fails) {
  static const double terms[] = {0, -1, 0.9, 1.01, 1.001, 0.9999, 1 + 1e-6, 1 + 1e-9};
  static const size_t of_float_too = 5;
  for (size_t l = 0; l < LAYERS; l++)
    for (size_t t = 0; t < (layers[l] == &of_double ? sizeof terms / sizeof terms[0] : of_float_too); t++)
      for (size_t s = 0; s < SIZES; s++)
        for (uint64_t seed = 0; seed < SEEDS; seed++) {
          const counts all = check_b(layers[l], sizes[s], seed % 2 == 0 ? CENTRED : NORMED, terms[t], seed);
          ck_assert_msg(all.verdicts[GCHK_FAIL] > 0, "layer %zu, term %.9g, %s, seed %d", l, terms[t], sizes[s],
                        (int)seed);
        }
}
END_TEST

START_TEST(what_is_zero_at_the_point_alone_stays_open) {
  for (size_t l = 0; l < LAYERS; l++) {
    size_t open = 0;
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
      const counts all = check_b(layers[l], "N=16 C=5", FLOORED, 1, seed);
      ck_assert_uint_eq(all.cancelled, 0);
      ck_assert_uint_eq(all.verdicts[GCHK_FAIL], 0);
      open += all.verdicts[GCHK_INCONCLUSIVE];
    }
    ck_assert_uint_gt(open, 0);
  }
}
END_TEST

/* 1e-20 is made of terms of 1e-20: what is right of it, and what is not, nobody knows. */
START_TEST(what_is_small_without_cancelling_stays_open) {
  static const double terms[] = {1, -1, 2};
  for (size_t t = 0; t < sizeof terms / sizeof terms[0]; t++)
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
      const counts all = check_b(&of_double, "N=16 C=5", TINY, terms[t], seed);
      ck_assert_uint_eq(all.verdicts[GCHK_INCONCLUSIVE], 5);
    }
}
END_TEST

/* T by hand: rounding of n terms of size t is about u t sqrt(n), and n of them are no more than n t. */
START_TEST(terms_are_of_the_size_that_rounding_shows) {
  static const size_t n[] = {4, 16, 100};
  for (size_t l = 0; l < LAYERS; l++)
    for (size_t s = 1; s < SIZES; s++) {
      const gchk_case spec = {.name = "centred", .layer = layers[l], .sizes = sizes[s]};
      work_fixture f;
      work_fixture_open(&f, &spec, NULL);
      const double terms = work_fixture_tensor(&f, "b")->terms[0];
      ck_assert_msg(terms > 0.02 && terms < 10 * (double)n[s - 1], "layer %zu, %s: %g", l, sizes[s], terms);
      work_fixture_close(&f);
    }
}
END_TEST

TCase *independent_tests(void) {
  TCase *tests = tcase_create("independent");
  tcase_set_timeout(tests, 120);
  tcase_add_test(tests, what_no_output_depends_on_passes_where_terms_cancel);
  tcase_add_test(tests, so_does_what_is_normalised_over_two_rows);
  tcase_add_test(tests, a_term_that_is_wrong_fails);
  tcase_add_test(tests, what_is_zero_at_the_point_alone_stays_open);
  tcase_add_test(tests, what_is_small_without_cancelling_stays_open);
  tcase_add_test(tests, terms_are_of_the_size_that_rounding_shows);
  return tests;
}
