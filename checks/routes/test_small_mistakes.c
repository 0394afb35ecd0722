/*
 * Mistakes that are small beside the gradient: rows that are divided by their root mean square, and a backward that
 * forgets the eps under the root. No other index of the gain is read, though with one the gradient is as near; where one
 * is read, that is said. In double, in float, and in float with a twin.
 */
#include <math.h>
#include <string.h>

#include "naming.h"

enum { SEEDS = 20, RIGHT = 0, EPS_LOST, NEXT_GAIN, MISTAKES };
static const double eps = 1e-5;

static const gchk_tensor_spec rows[] = {GCHK_TENSOR("x", GCHK_INPUT, "N C"), GCHK_TENSOR("g", GCHK_PARAMETER, "C"),
                                        GCHK_TENSOR("y", GCHK_OUTPUT, "N C")};

/* y = g x / sqrt(mean(x^2) + eps); dg = sum of v x s, dx = s (v g - x s^2 mean(v g x)). */
#define RMS_NORM(real, id)                                                                                             \
  static real id##_scale(const real *x, size_t n, double under) {                                                      \
    real sum = 0;                                                                                                      \
    FOR(k, n) sum += x[k] * x[k];                                                                                      \
    return (real)(1 / sqrt((double)(sum / (real)n) + under));                                                          \
  }                                                                                                                    \
  static gchk_status id##_forward(const gchk_call *c, gchk_error *error) {                                             \
    const real *x = c->t[0].value, *g = c->t[1].value;                                                                 \
    real *y = c->t[2].value;                                                                                           \
    const size_t n = SIZE(C);                                                                                          \
    (void)error;                                                                                                       \
    FOR(r, SIZE(N)) FOR(k, n) y[r * n + k] = g[k] * x[r * n + k] * id##_scale(x + r * n, n, eps);                      \
    return GCHK_OK;                                                                                                    \
  }                                                                                                                    \
  static gchk_status id##_backward(const gchk_call *c, gchk_error *error) {                                            \
    const int mistake = *(const int *)c->layer->user;                                                                  \
    const real *x = c->t[0].value, *g = c->t[1].value, *v = c->t[2].grad;                                              \
    real *dx = c->t[0].grad, *dg = c->t[1].grad;                                                                       \
    const size_t n = SIZE(C), next = mistake == NEXT_GAIN ? 1 : 0;                                                     \
    (void)error;                                                                                                       \
    FOR(r, SIZE(N)) {                                                                                                  \
      const real s = id##_scale(x + r * n, n, mistake == EPS_LOST ? 0 : eps);                                          \
      real mean = 0;                                                                                                   \
      FOR(k, n) mean += v[r * n + k] * g[k + next < n ? k + next : k] * x[r * n + k] / (real)n;                        \
      FOR(k, n) {                                                                                                      \
        dg[k] += v[r * n + k] * x[r * n + k] * s;                                                                      \
        dx[r * n + k] += s * (v[r * n + k] * g[k + next < n ? k + next : k] - x[r * n + k] * s * s * mean);            \
      }                                                                                                                \
    }                                                                                                                  \
    return GCHK_OK;                                                                                                    \
  }
RMS_NORM(double, in_double)
RMS_NORM(float, in_float)

typedef enum precision { DOUBLE, FLOAT, WITH_TWIN, PRECISIONS } precision;

static const int mistakes[MISTAKES] = {RIGHT, EPS_LOST, NEXT_GAIN};

/* How many tensors of the layer fail, and how many of these are called so. */
static size_t count_called(precision p, int mistake, uint64_t seed, const char *code, size_t *failing) {
  const gchk_layer twin = {.name = "rms norm",
                           .dtype = GCHK_F64,
                           GCHK_TENSORS(rows),
                           .forward = in_double_forward,
                           .backward = in_double_backward,
                           .sizes = "N=4 C=6",
                           .user = (void *)(uintptr_t)&mistakes[mistake]};
  gchk_layer layer = twin;
  gchk_options options = GCHK_OPTIONS_INIT;
  gchk_result *result = NULL;
  gchk_error error;
  size_t called = 0;
  if (p != DOUBLE) {
    layer.dtype = GCHK_F32;
    layer.forward = in_float_forward;
    layer.backward = in_float_backward;
    layer.twin = p == WITH_TWIN ? &twin : NULL;
  }
  options.seed = seed;
  ck_assert_msg(gchk_check_layer(&layer, &options, &result, &error) == GCHK_OK, "%s", error.message);
  *failing = 0;
  for (size_t k = 0; k < result->case_count; k++)
    for (size_t t = 0; t < result->cases[k].tensor_count; t++) {
      const gchk_tensor_result *tensor = &result->cases[k].tensors[t];
      *failing += tensor->verdict == GCHK_FAIL;
      for (size_t f = 0; f < tensor->finding_count; f++)
        called += strcmp(tensor->findings[f].code, code) == 0;
    }
  gchk_result_free(result);
  return called;
}

START_TEST(an_eps_that_is_lost_is_no_other_index) {
  size_t failing, all = 0;
  for (uint64_t seed = 0; seed < SEEDS; seed++) {
    const size_t called = count_called((precision)_i, EPS_LOST, seed, "wrong-index-read", &failing);
    ck_assert_msg(called == 0, "seed %d: called so", (int)seed);
    all += failing;
  }
  ck_assert_uint_gt(all, 0);
}
END_TEST

START_TEST(an_index_that_is_another_is_named) {
  size_t failing, named = 0;
  for (uint64_t seed = 0; seed < SEEDS; seed++)
    named += count_called((precision)_i, NEXT_GAIN, seed, "wrong-index-read", &failing) > 0;
  ck_assert_uint_eq(named, SEEDS);
}
END_TEST

START_TEST(what_is_right_has_no_name) {
  size_t failing;
  for (uint64_t seed = 0; seed < SEEDS; seed++) {
    ck_assert_uint_eq(count_called((precision)_i, RIGHT, seed, "", &failing), 0);
    ck_assert_uint_eq(failing, 0);
  }
}
END_TEST

TCase *small_mistake_tests(void) {
  TCase *tests = tcase_create("small mistakes");
  tcase_set_timeout(tests, 120);
  tcase_add_loop_test(tests, an_eps_that_is_lost_is_no_other_index, DOUBLE, PRECISIONS);
  tcase_add_loop_test(tests, an_index_that_is_another_is_named, DOUBLE, PRECISIONS);
  tcase_add_loop_test(tests, what_is_right_has_no_name, DOUBLE, PRECISIONS);
  return tests;
}
