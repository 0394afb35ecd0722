/*
 * The conditioning of a gradient, against the condition number worked out by hand.
 *
 *     y_0 = (x_0 - x_1)^2/2          dx_0 = (x_0 - x_1) v_0: with x_0 near x_1 near s it is moved by about s u
 *     y_1 = max(x_2, x_3)            tied: a move that parts them would move the gradient by all of itself
 *     y_2 = |x_4| at 0, y_3 = clamp(x_5) at 1: the same
 */
#include "measure/slack.h"

#include "instance/precision.h"
#include "measure_tests.h"
#include "work_fixture.h"

enum { N = 6, M = 4 };

#define LAYER(real, forward, backward)                                                                                 \
  static gchk_status forward(const gchk_call *c, gchk_error *error) {                                                  \
    (void)error;                                                                                                       \
    const real *x = c->t[0].value;                                                                                     \
    real *y = c->t[1].value;                                                                                           \
    y[0] = (x[0] - x[1]) * (x[0] - x[1]) / 2;                                                                          \
    y[1] = x[2] > x[3] ? x[2] : x[3];                                                                                  \
    y[2] = x[4] < 0 ? -x[4] : x[4];                                                                                    \
    y[3] = x[5] < 1 ? x[5] : 1;                                                                                        \
    return GCHK_OK;                                                                                                    \
  }                                                                                                                    \
  static gchk_status backward(const gchk_call *c, gchk_error *error) {                                                 \
    (void)error;                                                                                                       \
    const real *x = c->t[0].value, *v = c->t[1].grad;                                                                  \
    real *g = c->t[0].grad;                                                                                            \
    g[0] = (x[0] - x[1]) * v[0];                                                                                       \
    g[1] = (x[1] - x[0]) * v[0];                                                                                       \
    g[2] = x[2] > x[3] ? v[1] : 0;                                                                                     \
    g[3] = x[2] > x[3] ? 0 : v[1];                                                                                     \
    g[4] = x[4] < 0 ? -v[2] : v[2];                                                                                    \
    g[5] = x[5] < 1 ? v[3] : 0;                                                                                        \
    return GCHK_OK;                                                                                                    \
  }
LAYER(double, forward64, backward64)
LAYER(float, forward32, backward32)

static const gchk_tensor_spec rows[] = {GCHK_TENSOR("x", GCHK_INPUT, "6"), GCHK_TENSOR("y", GCHK_OUTPUT, "4")};
static const gchk_layer layer64 = {.name = "conditioned",
                                   .dtype = GCHK_F64,
                                   GCHK_TENSORS(rows),
                                   .forward = forward64,
                                   .backward = backward64,
                                   .sizes = ""};
static const gchk_layer layer32 = {.name = "conditioned",
                                   .dtype = GCHK_F32,
                                   GCHK_TENSORS(rows),
                                   .forward = forward32,
                                   .backward = backward32,
                                   .sizes = ""};

static void open_at(work_fixture *f, const gchk_layer *layer, double s) {
  const double values[N] = {s * 1.37, s * 1.37 + 0.3, 0.7, 0.7, 0, 1};
  const gchk_tensor_setting setting = {.name = "x",
                                       .fill = {.kind = GCHK_FILL_VALUES, .values = values, .value_count = N}};
  const gchk_case spec = {.name = "conditioned", .layer = layer, .settings = &setting, .setting_count = 1};
  work_fixture_open(f, &spec, NULL);
  f->spec.settings = NULL; // it was filled: nothing looks again
  f->spec.setting_count = 0;
}

static void check_at(const gchk_layer *layer, double s) {
  work_fixture f;
  open_at(&f, layer, s);
  const gchk_tensor_work *t = work_fixture_tensor(&f, "x");
  double u = gchk_unit_of(layer->dtype);
  for (size_t d = 0; d < f.work.draw_count; d++) {
    double v = fabs(f.work.v[d][0]), moved = 2 * 2 * u * 1.37 * s * v; // two values, by up to 2 u each
    double own = u * fabs(t->analytic[d][0]);
    for (size_t e = 0; e < 2; e++) {
      ck_assert_double_ge(t->slack[d][e], moved / 4);
      ck_assert_double_le(t->slack[d][e], 8 * (moved + 4 * own));
    }
    // The moves part no ties and carry nothing over a kink: only v is moved.
    for (size_t e = 2; e < N; e++)
      ck_assert_double_le(t->slack[d][e], 8 * 4 * u * fabs(f.work.v[d][e < 4 ? 1 : e - 2]));
  }
  work_fixture_close(&f);
}

START_TEST(slack_is_the_condition_of_the_gradient) {
  check_at(&layer64, 1);
  check_at(&layer64, 1e4);
  check_at(&layer64, 1e8);
  check_at(&layer32, 1);
  check_at(&layer32, 1e3);
}
END_TEST

START_TEST(the_instance_is_as_it_was) {
  work_fixture f;
  open_at(&f, &layer64, 1e4);
  const double *x = f.work.instance->t[0].value;
  const double expected[N] = {1e4 * 1.37, 1e4 * 1.37 + 0.3, 0.7, 0.7, 0, 1};
  for (size_t e = 0; e < N; e++)
    ck_assert_double_eq(x[e], expected[e]);
  work_fixture_close(&f);
}
END_TEST

static gchk_status backward_doubled(const gchk_call *c, gchk_error *error) {
  double *g = c->t[0].grad;
  GCHK_TRY(backward64(c, error));
  for (size_t e = 0; e < N; e++)
    g[e] *= -2;
  return GCHK_OK;
}

/* What is read over a scale, and what is read where backward wrote it. */
START_TEST(a_scaled_gradient_has_the_same_slack) {
  gchk_layer scaled = layer64;
  scaled.backward = backward_doubled;
  scaled.grad_scale = -2;
  work_fixture f, g;
  open_at(&f, &layer64, 1e4);
  open_at(&g, &scaled, 1e4);
  const gchk_tensor_work *t = work_fixture_tensor(&f, "x"), *u = work_fixture_tensor(&g, "x");
  for (size_t d = 0; d < f.work.draw_count; d++) {
    ck_assert_double_gt(t->slack[d][0], 0);
    ck_assert_double_eq(t->terms[d], u->terms[d]);
    for (size_t e = 0; e < N; e++)
      ck_assert_double_eq(t->slack[d][e], u->slack[d][e]);
  }
  work_fixture_close(&f);
  work_fixture_close(&g);
}
END_TEST

TCase *slack_tests(void) {
  TCase *tests = tcase_create("slack");
  tcase_add_test(tests, slack_is_the_condition_of_the_gradient);
  tcase_add_test(tests, the_instance_is_as_it_was);
  tcase_add_test(tests, a_scaled_gradient_has_the_same_slack);
  return tests;
}
