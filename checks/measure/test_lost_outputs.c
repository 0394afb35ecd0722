/*
 * Float layers whose outputs saturation spoils, with a double twin of the same source: y = -log(1 - s + eps) of a
 * sigmoid s. Where s is near 1 float computes a staircase, y is off by thousands of units and so is its slope, while
 * both are what rounding makes of the right ones. There the twin is set aside; elsewhere it is not, and a mistake is
 * found with it and without.
 */
#include "measure/twin_match.h"
#include "measure_tests.h"
#include "work_fixture.h"

enum { N = 24, SEEDS = 20 };

typedef enum mistake { RIGHT, SIGN, LOST_FACTOR, LOST_EPS, IN_FLOAT, MISTAKES } mistake;
enum { WRONG, OFFSET };

#define NEAR_ONE(real, id, exp_of, log_of, is_single)                                                                  \
  static real id##_s(real x) {                                                                                         \
    return 1 / (1 + exp_of(-x));                                                                                       \
  }                                                                                                                    \
  static gchk_status id##_forward(const gchk_call *c, gchk_error *error) {                                             \
    const real *x = c->t[0].value, offset = (real)c->option[OFFSET];                                                   \
    real *y = c->t[1].value;                                                                                           \
    (void)error;                                                                                                       \
    for (size_t i = 0; i < N; i++) {                                                                                   \
      const volatile real far = x[i] + offset;                                                                         \
      y[i] = -log_of(1 - id##_s(far - offset) + (real)1e-7);                                                           \
    }                                                                                                                  \
    return GCHK_OK;                                                                                                    \
  }                                                                                                                    \
  static gchk_status id##_backward(const gchk_call *c, gchk_error *error) {                                            \
    const real *x = c->t[0].value, *dy = c->t[1].grad, offset = (real)c->option[OFFSET];                               \
    real *dx = c->t[0].grad;                                                                                           \
    const mistake wrong = (mistake)c->option[WRONG];                                                                   \
    (void)error;                                                                                                       \
    for (size_t i = 0; i < N; i++) {                                                                                   \
      const volatile real far = x[i] + offset;                                                                         \
      const real s = id##_s(far - offset), eps = wrong == LOST_EPS ? 0 : (real)1e-7;                                   \
      const real factor = wrong == SIGN ? -1 : wrong == IN_FLOAT && (is_single) ? (real)1.5 : 1;                       \
      dx[i] = factor * dy[i] * (wrong == LOST_FACTOR ? 1 - s : s * (1 - s)) / (1 - s + eps);                           \
    }                                                                                                                  \
    return GCHK_OK;                                                                                                    \
  }
NEAR_ONE(double, wide, exp, log, false)
NEAR_ONE(float, narrow, expf, logf, true)

static const gchk_option_spec options[] = {
    [WRONG] = {"wrong", RIGHT, RIGHT, MISTAKES, ""}, [OFFSET] = {"offset", 0, 0, 1e6, ""}};
static const gchk_tensor_spec rows[] = {GCHK_TENSOR("x", GCHK_INPUT, "24"), GCHK_TENSOR("y", GCHK_OUTPUT, "24")};
static const gchk_layer twin = {.name = "near one",
                                .dtype = GCHK_F64,
                                GCHK_TENSORS(rows),
                                .forward = wide_forward,
                                .backward = wide_backward,
                                GCHK_OPTION_TABLE(options),
                                .sizes = ""};
static const gchk_layer single = {.name = "near one",
                                  .dtype = GCHK_F32,
                                  GCHK_TENSORS(rows),
                                  .forward = narrow_forward,
                                  .backward = narrow_backward,
                                  GCHK_OPTION_TABLE(options),
                                  .sizes = "",
                                  .twin = &twin};

typedef struct outcome {
  bool has_twin, saturates;
  gchk_verdict verdict;
} outcome;

static outcome check(mistake wrong, double offset, double from, double to, uint64_t seed) {
  work_fixture f;
  outcome found = {.saturates = false};
  gchk_error error = {GCHK_OK, ""};
  const double option[] = {[WRONG] = wrong, [OFFSET] = offset};
  const gchk_tensor_setting x = {.size = sizeof x, .name = "x", .fill = {GCHK_FILL_UNIFORM, .a = from, .b = to}};
  const gchk_case spec = {.name = "near one", .layer = &single, .options = option, .settings = &x, .setting_count = 1};
  const gchk_options of_seed = {.size = sizeof of_seed, .seed = seed};
  work_fixture_open(&f, &spec, &of_seed);
  found.has_twin = f.work.single != NULL;
  ck_assert_int_eq(found.has_twin, count_findings(&f.work.findings, GCHK_CODE_TWIN_SET_ASIDE) == 0);
  work_fixture_differentiate(&f);
  found.verdict = work_fixture_tensor(&f, "x")->tally.worst;
  if (found.has_twin) // which leaves the twin anywhere
    ck_assert_int_eq(gchk_float_saturates(&f.work, f.work.single, &found.saturates, &error), GCHK_OK);
  work_fixture_close(&f);
  return found;
}

START_TEST(a_twin_knows_nothing_of_what_saturation_loses) {
  size_t without = 0;
  for (uint64_t seed = 0; seed < SEEDS; seed++) {
    const outcome right = check(RIGHT, 0, 8, 18, seed);
    ck_assert_int_ne(right.verdict, GCHK_FAIL);
    without += !right.has_twin;
    // Not LOST_FACTOR, for s is 1 there; and what float computes alone, below.
    ck_assert_int_eq(check(SIGN, 0, 8, 18, seed).verdict, GCHK_FAIL);
    ck_assert_int_eq(check(LOST_EPS, 0, 8, 18, seed).verdict, GCHK_FAIL);
  }
  ck_assert_uint_gt(without, SEEDS / 2);
}
END_TEST

START_TEST(where_float_does_not_saturate_the_twin_stays) {
  for (uint64_t seed = 0; seed < SEEDS; seed++) {
    const outcome right = check(RIGHT, 0, -2, 2, seed);
    ck_assert(right.has_twin && !right.saturates);
    ck_assert_int_eq(right.verdict, GCHK_PASS);
    for (int wrong = SIGN; wrong < LOST_EPS; wrong++) {
      const outcome found = check((mistake)wrong, 0, -2, 2, seed);
      ck_assert(found.has_twin && found.verdict == GCHK_FAIL);
    }
    const outcome in_float = check(IN_FLOAT, 0, -2, 2, seed); // what nothing explains, and outputs that lose nothing
    ck_assert(in_float.has_twin && !in_float.saturates && in_float.verdict == GCHK_FAIL);
  }
}
END_TEST

/* x + 3000 - 3000 loses as much at a sixteenth of x. */
START_TEST(what_float_loses_everywhere_is_no_saturation) {
  for (uint64_t seed = 0; seed < SEEDS; seed++) {
    const outcome right = check(RIGHT, 3000, -2, 2, seed);
    ck_assert(right.has_twin && !right.saturates);
    ck_assert_int_ne(right.verdict, GCHK_FAIL);
    ck_assert_int_ge(check(SIGN, 3000, -2, 2, seed).verdict, GCHK_INCONCLUSIVE); // x moves by jumps in double too
  }
}
END_TEST

TCase *lost_outputs_tests(void) {
  TCase *tests = tcase_create("lost outputs");
  tcase_set_timeout(tests, 120);
  tcase_add_test(tests, a_twin_knows_nothing_of_what_saturation_loses);
  tcase_add_test(tests, where_float_does_not_saturate_the_twin_stays);
  tcase_add_test(tests, what_float_loses_everywhere_is_no_saturation);
  return tests;
}
