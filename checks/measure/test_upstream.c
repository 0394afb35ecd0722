/*
 * Of a loss, one number, the second upstream gradient is left out where its gradients are that multiple of the first
 * ones; where they are not it stays, and what is wrong by it alone fails.
 *
 *     loss = sum_i x_i^2,   dx_i = 2 x_i dloss
 */
#include "measure/upstream.h"

#include "measure/base_point.h"
#include "measure/tensor_work.h"
#include "measure_tests.h"
#include "work_fixture.h"

enum { N = 5 };

/* What backward makes of dloss. */
typedef enum kind {
  RIGHT,
  ROUNDED,        /* by way of a sum that cancels: within what rounding does to it */
  WRONG,          /* three times the gradient, of either draw */
  IGNORED,        /* 2 x */
  SQUARED,        /* 2 x dloss^2 */
  COARSE,         /* a double cut off to a float */
  IN_LAST,        /* the last element alone ignores it */
  NOT_THERE,      /* a NaN unless it is 1 */
  BY_A_THOUSANDTH /* more, unless it is 1 */
} kind;

static kind how;

static double factor(double v, size_t i) {
  switch (how) {
  case WRONG:
    return 3 * v;
  case IGNORED:
    return 1;
  case SQUARED:
    return v * v;
  case COARSE:
    return (double)(float)v;
  case IN_LAST:
    return i + 1 == N ? 1 : v;
  case NOT_THERE:
    return v == 1 ? v : (double)NAN;
  case BY_A_THOUSANDTH:
    return v == 1 ? v : v * 1.001;
  default:
    return v;
  }
}

#define LAYER(real, id)                                                                                                \
  static gchk_status id##_forward(const gchk_call *c, gchk_error *error) {                                             \
    const real *x = c->t[0].value;                                                                                     \
    real *loss = c->t[1].value;                                                                                        \
    (void)error;                                                                                                       \
    *loss = 0;                                                                                                         \
    for (size_t i = 0; i < N; i++)                                                                                     \
      *loss += x[i] * x[i];                                                                                            \
    return GCHK_OK;                                                                                                    \
  }                                                                                                                    \
  static gchk_status id##_backward(const gchk_call *c, gchk_error *error) {                                            \
    const real *x = c->t[0].value, *dloss = c->t[1].grad;                                                              \
    real *g = c->t[0].grad;                                                                                            \
    (void)error;                                                                                                       \
    for (size_t i = 0; i < N; i++) {                                                                                   \
      const real v = (real)factor((double)*dloss, i), more = how == ROUNDED ? 13 * x[i] * v : 0;                       \
      g[i] = 2 * x[i] * v + more;                                                                                      \
      g[i] -= more;                                                                                                    \
    }                                                                                                                  \
    return GCHK_OK;                                                                                                    \
  }
LAYER(double, in_double)
LAYER(float, in_float)

static const gchk_tensor_spec rows[] = {GCHK_TENSOR("x", GCHK_INPUT, "5"), GCHK_TENSOR("loss", GCHK_OUTPUT, "")};
static const gchk_layer layers[] = {{.name = "squares",
                                     .dtype = GCHK_F64,
                                     GCHK_TENSORS(rows),
                                     .forward = in_double_forward,
                                     .backward = in_double_backward,
                                     .sizes = ""},
                                    {.name = "squares",
                                     .dtype = GCHK_F32,
                                     GCHK_TENSORS(rows),
                                     .forward = in_float_forward,
                                     .backward = in_float_backward,
                                     .sizes = ""}};
enum { LAYERS = sizeof layers / sizeof layers[0], SEEDS = 5 };

static void open_as(work_fixture *f, const gchk_layer *layer, kind of, uint64_t seed) {
  const gchk_case spec = {.name = "squares", .layer = layer};
  gchk_options options = GCHK_OPTIONS_INIT;
  options.seed = seed;
  how = of;
  work_fixture_open(f, &spec, &options);
}

static void check_all(kind of, size_t draws, bool passes) {
  for (size_t k = 0; k < LAYERS; k++)
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
      if (of == COARSE && layers[k].dtype != GCHK_F64)
        continue; // it is right there
      work_fixture f;
      open_as(&f, &layers[k], of, seed);
      const gchk_tensor_work *t = work_fixture_tensor(&f, "x");
      ck_assert_msg(f.work.draw_count == draws, "kind %d, layer %zu: %zu draws", (int)of, k, f.work.draw_count);
      ck_assert_int_eq(t->analytic[1] != NULL, draws > 1);
      ck_assert_int_eq(t->slack[1] != NULL, draws > 1);
      work_fixture_differentiate(&f);
      ck_assert_msg((t->tally.worst == GCHK_PASS) == passes, "kind %d, layer %zu: verdict %d", (int)of, k,
                    (int)t->tally.worst);
      work_fixture_close(&f);
    }
}

START_TEST(a_multiple_is_left_out) {
  check_all(RIGHT, 1, true);
  check_all(ROUNDED, 1, true);
  check_all(WRONG, 1, false);
}
END_TEST

START_TEST(what_is_no_multiple_stays_and_fails) {
  for (kind of = IGNORED; of <= BY_A_THOUSANDTH; of++)
    check_all(of, 2, false);
}
END_TEST

/* Arrays of two works that are compared have as many draws, whatever the other's gradients are. */
START_TEST(another_work_has_as_many) {
  static const kind kinds[] = {RIGHT, SQUARED};
  for (size_t k = 0; k < 2; k++) {
    work_fixture f;
    gchk_case_work other;
    gchk_error error = {GCHK_OK, ""};
    open_as(&f, &layers[0], kinds[k], 1);
    how = kinds[1 - k];
    ck_assert_int_eq(gchk_work_open(&other, &f.spec, &f.options, f.arena, &error), GCHK_OK);
    ck_assert_int_eq(gchk_reach_base_point(&other, &error), GCHK_OK);
    ck_assert_int_eq(gchk_draw_upstream_as(&other, &f.work, &error), GCHK_OK);
    gchk_tensor_work tensor;
    ck_assert_int_eq(gchk_tensor_work_init(&other, &tensor, 0, &error), GCHK_OK);
    other.tensors = &tensor;
    other.tensor_count = 1;
    ck_assert_int_eq(gchk_find_analytic(&other, &error), GCHK_OK);
    ck_assert_uint_eq(f.work.draw_count, k == 0 ? 1 : 2);
    ck_assert_uint_eq(other.draw_count, f.work.draw_count);
    ck_assert_int_eq(tensor.analytic[1] != NULL, f.work.draw_count > 1);
    for (size_t d = 0; d < other.draw_count; d++)
      ck_assert_double_eq(other.v[d][0], f.work.v[d][0]);
    gchk_work_close(&other);
    work_fixture_close(&f);
  }
}
END_TEST

TCase *upstream_tests(void) {
  TCase *tests = tcase_create("upstream");
  tcase_add_test(tests, a_multiple_is_left_out);
  tcase_add_test(tests, what_is_no_multiple_stays_and_fails);
  tcase_add_test(tests, another_work_has_as_many);
  return tests;
}
