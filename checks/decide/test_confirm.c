/*
 * What a failure must stand: layers of one element whose differences agree by chance, or on a tread, and the same with
 * mistakes. y is a function of x alone; `user` is the function, the option a factor on its derivative.
 */
#include "decide/decide.h"

#include "decide_tests.h"
#include "measure/work_fixture.h"

typedef struct function {
  const char *name;
  float (*of)(float x), (*slope)(float x);
  double from, to;
} function;

static const gchk_tensor_spec rows[] = {GCHK_TENSOR("x", GCHK_INPUT, "1"), GCHK_TENSOR("y", GCHK_OUTPUT, "1")};
static const gchk_option_spec options[] = {{"factor", 1, -10, 1000, ""}};

static gchk_status forward(const gchk_call *c, gchk_error *error) {
  const function *f = c->layer->user;
  (void)error;
  ((float *)c->t[1].value)[0] = f->of(((const float *)c->t[0].value)[0]);
  return GCHK_OK;
}

static gchk_status backward(const gchk_call *c, gchk_error *error) {
  const function *f = c->layer->user;
  (void)error;
  ((float *)c->t[0].grad)[0] =
      (float)c->option[0] * f->slope(((const float *)c->t[0].value)[0]) * ((const float *)c->t[1].grad)[0];
  return GCHK_OK;
}

/* log(1 - p): 1 - p is some units of 1. */
static float saturated(float x) {
  const float p = 1 / (1 + expf(-x));
  return -logf(1 - p + 1e-7F);
}
static float slope_of_saturated(float x) {
  const float p = 1 / (1 + expf(-x));
  return p * (1 - p) / (1 - p + 1e-7F);
}

/* Two kinks, one on either side. */
static float between_kinks(float x) {
  return sinf(x) + 0.3F * fmaxf(x - 1.02F, 0) + 0.25F * fmaxf(0.97F - x, 0);
}
static float slope_between_kinks(float x) {
  return cosf(x) + (x > 1.02F ? 0.3F : 0) - (x < 0.97F ? 0.25F : 0);
}

static float bending(float x) {
  return expf(x) * sinf(3 * x);
}
static float slope_of_bending(float x) {
  return expf(x) * (sinf(3 * x) + 3 * cosf(3 * x));
}

static gchk_verdict verdict_at(function *f, double x, double factor) {
  const gchk_layer layer = {.name = f->name,
                            .dtype = GCHK_F32,
                            GCHK_TENSORS(rows),
                            .forward = forward,
                            .backward = backward,
                            GCHK_OPTION_TABLE(options),
                            .user = f};
  const gchk_tensor_setting setting = {.name = "x", .fill = {.kind = GCHK_FILL_VALUES, .values = &x, .value_count = 1}};
  const gchk_case spec = {
      .name = f->name, .layer = &layer, .options = &factor, .settings = &setting, .setting_count = 1, .sizes = ""};
  work_fixture fixture;
  work_fixture_open(&fixture, &spec, NULL);
  work_fixture_differentiate(&fixture);
  const gchk_verdict verdict = fixture.work.tensors[0].verdict[0];
  work_fixture_close(&fixture);
  return verdict;
}

static function functions[] = {{"saturated", saturated, slope_of_saturated, 12.5, 15.8},
                               {"between kinks", between_kinks, slope_between_kinks, 0.975, 1.015},
                               {"bending", bending, slope_of_bending, -1, 1}};
enum { FUNCTIONS = sizeof functions / sizeof functions[0], PLACES = 40 };

START_TEST(no_right_derivative_fails) {
  function *f = &functions[_i];
  for (int k = 0; k < PLACES; k++) {
    const double x = f->from + (f->to - f->from) * (k + 0.381966) / PLACES;
    ck_assert_msg(verdict_at(f, x, 1) != GCHK_FAIL, "%s at %.9g", f->name, x);
  }
}
END_TEST

/* Far from what differences could be deceived about. */
START_TEST(a_wrong_one_fails_wherever_it_does_not_saturate) {
  static const double factors[] = {-1, 0.5, 2};
  function *f = &functions[_i];
  for (size_t i = 0; f->of != saturated && i < sizeof factors / sizeof factors[0]; i++) {
    size_t fails = 0, passes = 0;
    for (int k = 0; k < PLACES; k++) {
      const double x = f->from + (f->to - f->from) * (k + 0.381966) / PLACES;
      const gchk_verdict verdict = verdict_at(f, x, factors[i]);
      fails += verdict == GCHK_FAIL;
      passes += verdict <= GCHK_KINK;
    }
    ck_assert_uint_eq(passes, 0);
    ck_assert_msg(10 * fails >= 9 * PLACES, "%s, factor %g: %zu of %d fail", f->name, factors[i], fails, PLACES);
  }
}
END_TEST

/*
 * Between treads a factor of 1000 is no slope that the stairs have. Where smaller steps contradict the bound nothing
 * fails, but nothing passes either.
 */
START_TEST(a_tread_does_not_excuse_everything) {
  size_t fails = 0;
  for (int k = 0; k < PLACES; k++) {
    const double x = 12.5 + 3.3 * (k + 0.381966) / PLACES;
    const gchk_verdict verdict = verdict_at(&functions[0], x, 1000);
    ck_assert_msg(verdict > GCHK_KINK, "at %.9g", x);
    fails += verdict == GCHK_FAIL;
  }
  ck_assert_uint_ge(2 * fails, PLACES);
}
END_TEST

TCase *confirm_tests(void) {
  TCase *tests = tcase_create("confirm");
  tcase_add_loop_test(tests, no_right_derivative_fails, 0, FUNCTIONS);
  tcase_add_loop_test(tests, a_wrong_one_fails_wherever_it_does_not_saturate, 0, FUNCTIONS);
  tcase_add_test(tests, a_tread_does_not_excuse_everything);
  return tests;
}
