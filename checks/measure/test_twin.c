/*
 * A float layer with a double twin: y = x W with the columns of W nearly cancelling, so that rounding in f32 is far beyond
 * what a double derivative resolves. The same source in both precisions; a factor on dx is an option.
 */
#include "measure/twin.h"

#include "instance/precision.h"
#include "measure_tests.h"
#include "work_fixture.h"

enum { ROWS = 3, IN = 40, OUT = 5 };

// y (R,O) = x (R,I) W (I,O);  dx = dy W^T, dW = x^T dy.
#define PRODUCT(real, forward, backward)                                                                               \
  static gchk_status forward(const gchk_call *c, gchk_error *error) {                                                  \
    (void)error;                                                                                                       \
    const real *x = c->t[0].value, *w = c->t[1].value;                                                                 \
    real *y = c->t[2].value;                                                                                           \
    for (size_t r = 0; r < ROWS; r++) {                                                                                \
      for (size_t o = 0; o < OUT; o++) {                                                                               \
        real sum = 0;                                                                                                  \
        for (size_t i = 0; i < IN; i++)                                                                                \
          sum += x[r * IN + i] * w[i * OUT + o];                                                                       \
        y[r * OUT + o] = sum;                                                                                          \
      }                                                                                                                \
    }                                                                                                                  \
    return GCHK_OK;                                                                                                    \
  }                                                                                                                    \
  static gchk_status backward(const gchk_call *c, gchk_error *error) {                                                 \
    (void)error;                                                                                                       \
    const real *x = c->t[0].value, *w = c->t[1].value, *dy = c->t[2].grad, factor = (real)c->option[0];                \
    real *dx = c->t[0].grad, *dw = c->t[1].grad;                                                                       \
    for (size_t r = 0; r < ROWS; r++) {                                                                                \
      for (size_t i = 0; i < IN; i++) {                                                                                \
        real sum = 0;                                                                                                  \
        for (size_t o = 0; o < OUT; o++)                                                                               \
          sum += dy[r * OUT + o] * w[i * OUT + o];                                                                     \
        dx[r * IN + i] = factor * sum;                                                                                 \
      }                                                                                                                \
    }                                                                                                                  \
    for (size_t i = 0; i < IN; i++) {                                                                                  \
      for (size_t o = 0; o < OUT; o++) {                                                                               \
        real sum = 0;                                                                                                  \
        for (size_t r = 0; r < ROWS; r++)                                                                              \
          sum += x[r * IN + i] * dy[r * OUT + o];                                                                      \
        dw[i * OUT + o] = sum;                                                                                         \
      }                                                                                                                \
    }                                                                                                                  \
    return GCHK_OK;                                                                                                    \
  }

PRODUCT(double, forward64, backward64)
PRODUCT(float, forward32, backward32)

static const gchk_tensor_spec rows[] = {GCHK_TENSOR("x", GCHK_INPUT, "R I"), GCHK_TENSOR("w", GCHK_PARAMETER, "I O"),
                                        GCHK_TENSOR("y", GCHK_OUTPUT, "R O")};
static const gchk_option_spec options[] = {{"factor", 1, 0, 2, ""}};
static const gchk_layer twin = {.name = "product",
                                .dtype = GCHK_F64,
                                GCHK_TENSORS(rows),
                                .forward = forward64,
                                .backward = backward64,
                                GCHK_OPTION_TABLE(options),
                                .sizes = "R=3 I=40 O=5"};
static const gchk_layer single = {.name = "product",
                                  .dtype = GCHK_F32,
                                  GCHK_TENSORS(rows),
                                  .forward = forward32,
                                  .backward = backward32,
                                  GCHK_OPTION_TABLE(options),
                                  .sizes = "R=3 I=40 O=5",
                                  .twin = &twin};

static void open_with(work_fixture *f, double factor) {
  const gchk_case spec = {.name = "product", .layer = &single, .options = &factor};
  work_fixture_open(f, &spec, NULL);
  work_fixture_differentiate(f);
}

START_TEST(rounding_of_a_right_float_backward_passes) {
  work_fixture f;
  open_with(&f, 1);
  bool is_beyond = false; // what double resolves: else the slack is not tested
  for (size_t k = 0; k < f.work.tensor_count; k++) {
    const gchk_tensor_work *t = &f.work.tensors[k];
    ck_assert_int_eq(t->tally.worst, GCHK_PASS);
    ck_assert_uint_eq(f.work.instance->t[t->index].dtype, GCHK_F64); // the twin is what is differenced
    for (size_t e = 0; e < t->total; e++) {
      double bound = t->numeric_bound[0][e];
      is_beyond = is_beyond || fabs(t->analytic[0][e] - t->numeric[0][e]) > 1000 * fmax(bound, 1e-13);
    }
  }
  ck_assert(is_beyond);
  work_fixture_close(&f);
}
END_TEST

START_TEST(a_factor_of_a_thousandth_fails) {
  work_fixture f;
  open_with(&f, 1.001);
  ck_assert_int_eq(work_fixture_tensor(&f, "x")->tally.worst, GCHK_FAIL);
  ck_assert_int_eq(work_fixture_tensor(&f, "w")->tally.worst, GCHK_PASS);
  work_fixture_close(&f);
}
END_TEST

/* dW_io = sum_r x_ri dy_ro exactly, from the float values in double: the slack holds the difference, and is not much wider. */
START_TEST(the_slack_holds_the_error_of_float) {
  work_fixture f;
  open_with(&f, 1);
  const gchk_tensor_work *t = work_fixture_tensor(&f, "w");
  const float *x = f.work.single->t[0].value;
  for (size_t d = 0; d < f.work.draw_count; d++) {
    for (size_t e = 0; e < t->total; e++) {
      double sum = 0, sizes = 0;
      for (size_t r = 0; r < ROWS; r++) {
        double term = (double)x[r * IN + e / OUT] * f.work.v[d][r * OUT + e % OUT];
        sum += term;
        sizes += fabs(term);
      }
      ck_assert_double_le(fabs(t->analytic[d][e] - sum), 3 * t->slack[d][e]);
      ck_assert_double_gt(t->slack[d][e], 0);
      ck_assert_double_lt(t->slack[d][e], 100 * GCHK_UNIT_F32 * sizes);
    }
  }
  work_fixture_close(&f);
}
END_TEST

START_TEST(the_twin_has_the_values_of_the_float_layer) {
  work_fixture f;
  const double factor = 1;
  const gchk_case spec = {.name = "product", .layer = &single, .options = &factor};
  work_fixture_open(&f, &spec, NULL);
  ck_assert_ptr_nonnull(f.work.single);
  ck_assert_ptr_eq(f.work.instance->layer, &twin);
  for (size_t i = 0; i < 2; i++)
    for (size_t e = 0; e < f.work.instance->t[i].count; e++)
      ck_assert_double_eq(((const double *)f.work.instance->t[i].value)[e],
                          (double)((const float *)f.work.single->t[i].value)[e]);
  work_fixture_close(&f);
}
END_TEST

TCase *twin_tests(void) {
  TCase *tests = tcase_create("twin");
  tcase_add_test(tests, rounding_of_a_right_float_backward_passes);
  tcase_add_test(tests, a_factor_of_a_thousandth_fails);
  tcase_add_test(tests, the_slack_holds_the_error_of_float);
  tcase_add_test(tests, the_twin_has_the_values_of_the_float_layer);
  return tests;
}
