/*
 * Outputs that are too coarse to move, beside mistakes that look like them.
 *
 *     far_i = t + x_i, which is t for a t so large        near_i = 3 x_i        clipped_i = min(x_i + 10, 6) = 6
 */
#include "decide_tests.h"
#include "gradcheck/result.h"
#include "measure/work_fixture.h"

enum { N = 4, X = 0, FAR, NEAR, CLIPPED };

/* What backward does. */
enum { RIGHT, SCALED /* 1.01 near */, LET_THROUGH /* the clip */, SCALED_BESIDE /* far, and 1.01 near */, HOWS };

static const gchk_tensor_spec rows[] = {
    [X] = GCHK_TENSOR("x", GCHK_INPUT, "4"),
    [FAR] = GCHK_TENSOR("far", GCHK_OUTPUT, "4"),
    [NEAR] = GCHK_TENSOR("near", GCHK_OUTPUT, "4"),
    [CLIPPED] = GCHK_TENSOR("clipped", GCHK_OUTPUT, "4"),
};
static const gchk_option_spec options[] = {{"how", RIGHT, 0, HOWS, ""}, {"t", 0, 0, 1e300, ""}};

#define LAYER(real, id)                                                                                                \
  static gchk_status id##_forward(const gchk_call *c, gchk_error *error) {                                             \
    const real *x = c->t[X].value;                                                                                     \
    real *far_off = c->t[FAR].value, *near_by = c->t[NEAR].value, *clipped = c->t[CLIPPED].value;                      \
    (void)error;                                                                                                       \
    for (size_t i = 0; i < N; i++) {                                                                                   \
      far_off[i] = (real)c->option[1] + x[i];                                                                          \
      near_by[i] = 3 * x[i];                                                                                           \
      clipped[i] = x[i] + 10 < 6 ? x[i] + 10 : 6;                                                                      \
    }                                                                                                                  \
    return GCHK_OK;                                                                                                    \
  }                                                                                                                    \
  static gchk_status id##_backward(const gchk_call *c, gchk_error *error) {                                            \
    const real *of_far = c->t[FAR].grad, *of_near = c->t[NEAR].grad, *of_clipped = c->t[CLIPPED].grad;                 \
    const int how = (int)c->option[0];                                                                                 \
    real *g = c->t[X].grad;                                                                                            \
    (void)error;                                                                                                       \
    for (size_t i = 0; i < N; i++) {                                                                                   \
      const real near_part = (how == SCALED || how == SCALED_BESIDE ? (real)1.01 : 1) * 3 * of_near[i];                \
      g[i] = near_part + (how != SCALED ? of_far[i] : 0) + (how == LET_THROUGH ? of_clipped[i] : 0);                   \
    }                                                                                                                  \
    return GCHK_OK;                                                                                                    \
  }
LAYER(double, in_double)
LAYER(float, in_float)

/* One after the other, so that what is asked of each is asked by the whole of the outputs. */
static void check(gchk_dtype dtype, int how, double t, gchk_verdict expected) {
  const gchk_layer layer = {.name = "absorbed",
                            .dtype = dtype,
                            GCHK_TENSORS(rows),
                            .forward = dtype == GCHK_F64 ? in_double_forward : in_float_forward,
                            .backward = dtype == GCHK_F64 ? in_double_backward : in_float_backward,
                            GCHK_OPTION_TABLE(options)};
  const double set[] = {how, t};
  const gchk_case spec = {.name = "absorbed", .layer = &layer, .options = set, .sizes = ""};
  for (uint64_t seed = 1; seed <= 3; seed++) {
    gchk_options with = GCHK_OPTIONS_INIT;
    with.seed = seed;
    work_fixture f;
    work_fixture_open(&f, &spec, &with);
    work_fixture_differentiate(&f);
    const gchk_tensor_work *x = work_fixture_tensor(&f, "x");
    for (size_t e = 0; e < N; e++) {
      ck_assert_msg(x->verdict[e] == expected, "dtype %d, backward %d, t %g, seed %d, element %zu: verdict %d",
                    (int)dtype, how, t, (int)seed, e, x->verdict[e]);
      if (expected == GCHK_INCONCLUSIVE)
        ck_assert_int_eq(x->doubt[e], GCHK_DOUBT_ROUNDING);
    }
    work_fixture_close(&f);
  }
}

static const struct {
  gchk_dtype dtype;
  double far_off, nearer; // where a move of x is lost, and where it is not
} places[] = {{GCHK_F32, 1.7e9, 10}, {GCHK_F64, 4e18, 10}};
enum { PLACES = sizeof places / sizeof places[0] };

START_TEST(what_rounding_absorbs_is_no_mistake) {
  for (size_t k = 0; k < PLACES; k++) {
    check(places[k].dtype, RIGHT, places[k].far_off, GCHK_INCONCLUSIVE);
    check(places[k].dtype, RIGHT, places[k].nearer, GCHK_PASS);
  }
}
END_TEST

START_TEST(what_it_does_not_explain_fails) {
  for (size_t k = 0; k < PLACES; k++) {
    check(places[k].dtype, SCALED, places[k].far_off, GCHK_FAIL);
    check(places[k].dtype, LET_THROUGH, places[k].far_off, GCHK_FAIL);
    check(places[k].dtype, SCALED_BESIDE, places[k].far_off, GCHK_FAIL);
    check(places[k].dtype, LET_THROUGH, places[k].nearer, GCHK_FAIL);
    check(places[k].dtype, SCALED_BESIDE, places[k].nearer, GCHK_FAIL);
  }
}
END_TEST

TCase *absorbed_tests(void) {
  TCase *tests = tcase_create("absorbed");
  tcase_add_test(tests, what_rounding_absorbs_is_no_mistake);
  tcase_add_test(tests, what_it_does_not_explain_fails);
  return tests;
}
