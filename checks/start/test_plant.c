/*
 * Layers with a corner where an input is just what stands beside it: a target that is not moved, another input, a
 * threshold of its column. Any slope between the two sides is right there, any other is found, and what has no value
 * there is checked elsewhere.
 */
#include "start/plant.h"

#include <math.h>

#include "gradcheck/gradcheck.h"
#include "main.h"
#include "start_tests.h"

enum { SEEDS = 10 };

/* What stands beside x, and where. */
typedef enum partner { TARGET, INPUT, THRESHOLD, PARTNERS } partner;

/* The gradient where they are equal, in parts of the slope above. */
typedef struct at_equal {
  int tenths;
  bool is_right;
} at_equal;
static const at_equal slopes[] = {{0, true},   {10, true},   {-10, true}, {5, true},
                                  {15, false}, {-20, false}, {30, false}};
enum { SLOPES = sizeof slopes / sizeof slopes[0] };

static const gchk_tensor_spec rows[PARTNERS][3] = {
    {GCHK_TENSOR("x", GCHK_INPUT, "N C"), GCHK_TENSOR("t", GCHK_CONSTANT, "N C"), GCHK_TENSOR("y", GCHK_OUTPUT, "N C")},
    {GCHK_TENSOR("x", GCHK_INPUT, "N C"), GCHK_TENSOR("t", GCHK_INPUT, "N C"), GCHK_TENSOR("y", GCHK_OUTPUT, "N C")},
    {GCHK_TENSOR("x", GCHK_INPUT, "N C"), GCHK_TENSOR("t", GCHK_PARAMETER, "C"), GCHK_TENSOR("y", GCHK_OUTPUT, "N C")}};

/* y = |x - t|; with the option `pole`, also 1/(x - t). */
#define DISTANCE(real, id, size_of)                                                                                    \
  static gchk_status id##_forward(const gchk_call *c, gchk_error *error) {                                             \
    const real *x = c->t[0].value, *t = c->t[1].value;                                                                 \
    real *y = c->t[2].value;                                                                                           \
    (void)error;                                                                                                       \
    for (size_t i = 0; i < c->t[0].count; i++) {                                                                       \
      const real d = x[i] - t[i % c->t[1].count];                                                                      \
      y[i] = size_of(d) + (c->option[1] > 0 ? 1 / d : 0);                                                              \
    }                                                                                                                  \
    return GCHK_OK;                                                                                                    \
  }                                                                                                                    \
  static gchk_status id##_backward(const gchk_call *c, gchk_error *error) {                                            \
    const real *x = c->t[0].value, *t = c->t[1].value, *dy = c->t[2].grad;                                             \
    real *dx = c->t[0].grad, *dt = c->t[1].grad;                                                                       \
    (void)error;                                                                                                       \
    for (size_t k = 0; dt != NULL && k < c->t[1].count; k++)                                                           \
      dt[k] = 0;                                                                                                       \
    for (size_t i = 0; i < c->t[0].count; i++) {                                                                       \
      const real d = x[i] - t[i % c->t[1].count];                                                                      \
      real slope = d > 0 ? 1 : d < 0 ? -1 : (real)c->option[0] / 10;                                                   \
      slope -= c->option[1] > 0 ? 1 / (d * d) : 0;                                                                     \
      if (dx != NULL)                                                                                                  \
        dx[i] = slope * dy[i];                                                                                         \
      if (dt != NULL)                                                                                                  \
        dt[i % c->t[1].count] -= slope * dy[i];                                                                        \
    }                                                                                                                  \
    return GCHK_OK;                                                                                                    \
  }

DISTANCE(double, in_double, fabs)
DISTANCE(float, in_float, fabsf)

static const gchk_option_spec options[] = {{"at equal", 0, -100, 100, ""}, {"pole", 0, 0, 1, ""}};

/* The verdict of the case whose values are planted, or of the first. What is wrong at a corner must be called so. */
static gchk_verdict check(partner beside, gchk_dtype dtype, int tenths, bool has_pole, bool is_planted, uint64_t seed) {
  const gchk_layer layer = {.name = "distance",
                            .dtype = dtype,
                            .tensors = rows[beside],
                            .tensor_count = 3,
                            .forward = dtype == GCHK_F64 ? in_double_forward : in_float_forward,
                            .backward = dtype == GCHK_F64 ? in_double_backward : in_float_backward,
                            GCHK_OPTION_TABLE(options)};
  const double chosen[] = {tenths, has_pole};
  gchk_options how = GCHK_OPTIONS_INIT;
  how.seed = seed;
  const gchk_case c = {.name = "distance",
                       .layer = &layer,
                       .sizes = "N=3 C=4",
                       .options = chosen,
                       .planted = is_planted ? GCHK_PLANT_USUAL : GCHK_PLANT_NOTHING};
  gchk_result *result = NULL;
  gchk_error error;
  ck_assert_msg(gchk_check_cases(&c, 1, &how, &result, &error) == GCHK_OK, "%s", error.message);
  const gchk_verdict verdict = result->verdict;
  for (size_t t = 0; t < result->cases[0].tensor_count; t++) {
    const gchk_tensor_result *tensor = &result->cases[0].tensors[t];
    ck_assert(tensor->verdict != GCHK_FAIL || tensor->finding_count > 0);
    if (tensor->verdict == GCHK_FAIL)
      ck_assert_str_eq(tensor->findings[0].code, "wrong-at-kink");
  }
  gchk_result_free(result);
  return verdict;
}

START_TEST(a_slope_where_two_tensors_meet_is_checked) {
  const partner beside = (partner)(_i / 2);
  const gchk_dtype dtype = _i % 2 == 0 ? GCHK_F64 : GCHK_F32;
  for (uint64_t seed = 0; seed < SEEDS; seed++)
    for (size_t k = 0; k < SLOPES; k++) {
      const gchk_verdict found = check(beside, dtype, slopes[k].tenths, false, true, seed);
      ck_assert_msg((found == GCHK_FAIL) == !slopes[k].is_right && found != GCHK_ERROR,
                    "beside %d, %s, %d tenths, seed %d: %s", (int)beside, dtype == GCHK_F64 ? "double" : "float",
                    slopes[k].tenths, (int)seed, gchk_verdict_name(found));
    }
}
END_TEST

START_TEST(nothing_else_shows_it) {
  for (int beside = 0; beside < PARTNERS; beside++)
    ck_assert_int_eq(check((partner)beside, GCHK_F64, 30, false, false, 0), GCHK_PASS);
}
END_TEST

START_TEST(tensors_that_may_not_meet_are_left_apart) {
  for (int beside = 0; beside < PARTNERS; beside++)
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
      const gchk_verdict found = check((partner)beside, GCHK_F64, 30, true, true, seed);
      ck_assert_msg(found == GCHK_PASS || found == GCHK_KINK, "beside %d, seed %d: %s", beside, (int)seed,
                    gchk_verdict_name(found));
    }
}
END_TEST

static TCase *plant_tests(void) {
  TCase *tests = tcase_create("plant");
  tcase_add_loop_test(tests, a_slope_where_two_tensors_meet_is_checked, 0, 2 * PARTNERS);
  tcase_add_test(tests, nothing_else_shows_it);
  tcase_add_test(tests, tensors_that_may_not_meet_are_left_apart);
  return tests;
}

TEST_MAIN("start", plant_tests, shorten_tests)
