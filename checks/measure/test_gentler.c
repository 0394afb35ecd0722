/*
 * Float layers that saturate, with a double twin of the same source: what 1 - s loses in float, where s is near 1, is in
 * the slack though no move of x shows it, and no more than its rounding is. A mistake that float makes alone stays
 * outside.
 */
#include "measure/gentler.h"

#include "instance/precision.h"
#include "measure_tests.h"
#include "work_fixture.h"

enum { N = 24, SEEDS = 20 };

typedef enum mistake { RIGHT, FACTOR, SIGN, ZERO, MASK, CONSTANT, EVERYWHERE, MISTAKES } mistake;

/* What is wrong: in float alone, but for the last of them. */
#define WRONG(real, s, x, is_single)                                                                                   \
  switch (is_single || c->option[0] == EVERYWHERE ? (mistake)c->option[0] : RIGHT) {                                   \
  case FACTOR:                                                                                                         \
  case EVERYWHERE:                                                                                                     \
    factor = (real)1.01;                                                                                               \
    break;                                                                                                             \
  case SIGN:                                                                                                           \
    factor = -1;                                                                                                       \
    break;                                                                                                             \
  case ZERO:                                                                                                           \
    factor = 0;                                                                                                        \
    break;                                                                                                             \
  case MASK:                                                                                                           \
    factor = x < 10;                                                                                                   \
    break;                                                                                                             \
  case CONSTANT:                                                                                                       \
    one = (real)1.00001;                                                                                               \
    break;                                                                                                             \
  default:                                                                                                             \
    break;                                                                                                             \
  }

/* y = 1/(1 + exp(-x)), of which backward takes s from y, or computes it again. */
#define SIGMOID(real, id, exp_of, is_single)                                                                           \
  static gchk_status id##_forward(const gchk_call *c, gchk_error *error) {                                             \
    const real *x = c->t[0].value;                                                                                     \
    real *y = c->t[1].value;                                                                                           \
    (void)error;                                                                                                       \
    for (size_t i = 0; i < N; i++)                                                                                     \
      y[i] = 1 / (1 + exp_of(-x[i]));                                                                                  \
    return GCHK_OK;                                                                                                    \
  }                                                                                                                    \
  static gchk_status id##_backward(const gchk_call *c, gchk_error *error) {                                            \
    const real *x = c->t[0].value, *y = c->t[1].value, *dy = c->t[1].grad;                                             \
    real *dx = c->t[0].grad;                                                                                           \
    (void)error;                                                                                                       \
    for (size_t i = 0; i < N; i++) {                                                                                   \
      const real s = c->option[1] > 0 ? y[i] : 1 / (1 + exp_of(-x[i]));                                                \
      real factor = 1, one = 1;                                                                                        \
      WRONG(real, s, x[i], is_single)                                                                                  \
      dx[i] = factor * dy[i] * s * (one - s);                                                                          \
    }                                                                                                                  \
    return GCHK_OK;                                                                                                    \
  }

SIGMOID(double, in_double, exp, false)
SIGMOID(float, in_float, expf, true)

static const gchk_option_spec options[] = {{"mistake", 0, 0, MISTAKES, ""}, {"from y", 0, 0, 1, ""}};
static const gchk_tensor_spec rows[] = {
    GCHK_TENSOR("x", GCHK_INPUT, "24", .fill = {.kind = GCHK_FILL_UNIFORM, .a = 5, .b = 18}),
    GCHK_TENSOR("y", GCHK_OUTPUT, "24")};
static const gchk_layer twin = {.name = "sigmoid",
                                .dtype = GCHK_F64,
                                GCHK_TENSORS(rows),
                                .forward = in_double_forward,
                                .backward = in_double_backward,
                                GCHK_OPTION_TABLE(options),
                                .sizes = ""};
static const gchk_layer single = {.name = "sigmoid",
                                  .dtype = GCHK_F32,
                                  GCHK_TENSORS(rows),
                                  .forward = in_float_forward,
                                  .backward = in_float_backward,
                                  GCHK_OPTION_TABLE(options),
                                  .sizes = "",
                                  .twin = &twin};

static gchk_verdict verdict_of(mistake wrong, bool is_from_y, uint64_t seed) {
  work_fixture f;
  const double option[] = {wrong, is_from_y};
  const gchk_case spec = {.name = "sigmoid", .layer = &single, .options = option};
  const gchk_options of_seed = {.size = sizeof of_seed, .seed = seed};
  work_fixture_open(&f, &spec, &of_seed);
  work_fixture_differentiate(&f);
  const gchk_verdict verdict = work_fixture_tensor(&f, "x")->tally.worst;
  work_fixture_close(&f);
  return verdict;
}

START_TEST(what_saturation_loses_is_no_mistake) {
  for (uint64_t seed = 0; seed < SEEDS; seed++)
    for (int is_from_y = 0; is_from_y < 2; is_from_y++)
      ck_assert_int_ne(verdict_of(RIGHT, is_from_y, seed), GCHK_FAIL);
}
END_TEST

START_TEST(a_mistake_of_float_alone_fails) {
  for (uint64_t seed = 0; seed < SEEDS; seed++)
    for (int is_from_y = 0; is_from_y < 2; is_from_y++)
      for (int wrong = FACTOR; wrong < MISTAKES; wrong++)
        ck_assert_msg(verdict_of((mistake)wrong, is_from_y, seed) == GCHK_FAIL, "mistake %d, seed %llu", wrong,
                      (unsigned long long)seed);
}
END_TEST

/* s (1 - s) in double is e/(1 + e)^2: slack holds what float is off by, and is some units of v, not of the gradient. */
START_TEST(slack_is_the_rounding_of_one_less_s) {
  work_fixture f;
  const double option[] = {RIGHT, 0};
  const gchk_case spec = {.name = "sigmoid", .layer = &single, .options = option};
  work_fixture_open(&f, &spec, NULL);
  const gchk_tensor_work *t = work_fixture_tensor(&f, "x");
  const float *x = f.work.single->t[0].value;
  size_t coarse = 0;
  for (size_t d = 0; d < f.work.draw_count; d++) {
    for (size_t e = 0; e < N; e++) {
      const double small = exp(-(double)x[e]), v = f.work.v[d][e];
      const double exact = v * small / ((1 + small) * (1 + small));
      ck_assert_double_le(fabs(t->analytic[d][e] - exact), t->slack[d][e] + 32 * GCHK_UNIT_F32 * t->largest[d]);
      ck_assert_double_le(t->slack[d][e], 32 * GCHK_UNIT_F32 * fabs(v));
      coarse += t->slack[d][e] > 0.5 * fabs(exact);
    }
  }
  ck_assert_uint_gt(coarse, 0);
  work_fixture_close(&f);
}
END_TEST

TCase *gentler_tests(void) {
  TCase *tests = tcase_create("gentler");
  tcase_set_timeout(tests, 120);
  tcase_add_test(tests, what_saturation_loses_is_no_mistake);
  tcase_add_test(tests, a_mistake_of_float_alone_fails);
  tcase_add_test(tests, slack_is_the_rounding_of_one_less_s);
  return tests;
}
