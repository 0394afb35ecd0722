/* Kinks at the point and beside it, edges of domains, and what only looks like either. */
#include "numeric_tests.h"

#include "measure/judge.h"
#include "numeric/differentiate.h"
#include "numeric/noise.h"

static double left_slope, right_slope, curvature, kink_at;

static void bent(double x, double *y, size_t count) {
  (void)count;
  double t = x - kink_at;
  y[0] = (t < 0 ? left_slope : right_slope) * t + curvature * t * t + 1;
}
static void power_1_5(double x, double *y, size_t count) {
  (void)count;
  y[0] = x * sqrt(x) + 2 * x;
}
static void root(double x, double *y, size_t count) {
  (void)count;
  y[0] = sqrt(x);
}
static void logarithm(double x, double *y, size_t count) {
  (void)count;
  y[0] = log(x);
}
static void soft(double x, double *y, size_t count) { /* a corner rounded off over 1e-5 */
  (void)count;
  y[0] = sqrt(x * x + 1e-10);
}

static gchk_derivative found[GCHK_MAX_DRAWS];
static const double slopes[][2] = {{0, 1}, {-1, 1}, {0.01, 1}, {1, 0}, {-3, -1}, {0, 1e-3}, {1, -1}};
enum { SLOPES = sizeof slopes / sizeof slopes[0] };

static void bend(probe_line *probe, int i, double at, double x) {
  left_slope = slopes[i][0];
  right_slope = slopes[i][1];
  curvature = 0.7;
  kink_at = at;
  probe_line_init(probe, bent, 1, x);
}

START_TEST(a_kink_at_the_point_is_found_with_both_slopes) {
  static probe_line probe;
  static const double points[] = {0, 1, -0.3, 1000};
  for (size_t k = 0; k < 4; k++) {
    bend(&probe, _i, points[k], points[k]);
    probe_line_run(&probe, found);
    ck_assert_int_eq(found[0].smoothness, GCHK_KINKED);
    double low = fmin(left_slope, right_slope), high = fmax(left_slope, right_slope), gap = high - low;
    ck_assert_double_eq_tol(found[0].slope_low, low, 0.02 * gap);
    ck_assert_double_eq_tol(found[0].slope_high, high, 0.02 * gap);
    // Any value between is a subgradient, nothing beyond is.
    ck_assert_int_eq(gchk_judge(low, &found[0], &(gchk_allowance){.unit = 0x1p-53, .largest = 1}).verdict, GCHK_KINK);
    ck_assert_int_eq(gchk_judge(high, &found[0], &(gchk_allowance){.unit = 0x1p-53, .largest = 1}).verdict, GCHK_KINK);
    ck_assert_int_eq(gchk_judge((low + high) / 2, &found[0], &(gchk_allowance){.unit = 0x1p-53, .largest = 1}).verdict,
                     GCHK_KINK);
    ck_assert_int_eq(gchk_judge(low - gap, &found[0], &(gchk_allowance){.unit = 0x1p-53, .largest = 1}).verdict,
                     GCHK_FAIL);
    ck_assert_int_eq(gchk_judge(high + gap, &found[0], &(gchk_allowance){.unit = 0x1p-53, .largest = 1}).verdict,
                     GCHK_FAIL);
  }
}
END_TEST

static const double distances[] = {1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10};
enum { DISTANCES = sizeof distances / sizeof distances[0] };

/* Beside a kink the derivative is that of the side, by steps shorter than the way to the kink. */
START_TEST(a_kink_beside_the_point_is_differentiated) {
  static probe_line probe;
  for (int side = -1; side <= 1; side += 2) {
    double x = 1 + side * distances[_i % DISTANCES];
    bend(&probe, _i / DISTANCES, 1, x);
    ck_assert_int_eq(gchk_measure_noise(&probe.line, probe.work, probe.line.sigma, NULL, NULL), GCHK_OK);
    probe_line_run(&probe, found);
    double exact = (side < 0 ? left_slope : right_slope) + 2 * curvature * (x - 1);
    double gap = fabs(right_slope - left_slope);
    ck_assert_msg(found[0].smoothness == GCHK_SMOOTH, "called %d at %g", (int)found[0].smoothness, x - 1);
    ck_assert_msg(fabs(found[0].value - exact) <= found[0].bound, "%g +- %g for %g", found[0].value, found[0].bound,
                  exact);
    // As sharp as steps within the distance allow.
    ck_assert_double_lt(found[0].bound, fmax(0.01 * gap, 0x1p-46 / distances[_i % DISTANCES]));
  }
}
END_TEST

START_TEST(kinks_in_float) {
  static probe_line probe;
  for (int i = 0; i < SLOPES; i++) {
    bend(&probe, i, 1, 1);
    probe_line_as_float(&probe);
    probe_line_run(&probe, found);
    if (fabs(left_slope - right_slope) > 0.1)
      ck_assert_int_eq(found[0].smoothness, GCHK_KINKED);
    bend(&probe, i, 1, 1.0625);
    probe_line_as_float(&probe);
    probe_line_run(&probe, found);
    ck_assert_int_eq(found[0].smoothness, GCHK_SMOOTH);
    ck_assert_double_le(fabs(found[0].value - right_slope - 2 * curvature * 0.0625), found[0].bound);
  }
}
END_TEST

/* With the documents' fixed step a kink at the point is still told, by steps of the ladder; the value stays theirs. */
START_TEST(a_fixed_step_tells_kinks_too) {
  static probe_line probe;
  bend(&probe, 0, 0, 0);
  gchk_ladder ladder = {.fixed_step = 1e-4};
  ck_assert_int_eq(gchk_differentiate(&probe.line, &ladder, probe.work, found, NULL), GCHK_OK);
  ck_assert_int_eq(found[0].smoothness, GCHK_KINKED);
  ck_assert_double_eq_tol(found[0].value, 0.5, 1e-9);
  ck_assert_int_eq(gchk_judge(0, &found[0], &(gchk_allowance){.unit = 0x1p-53, .largest = 1}).verdict, GCHK_KINK);
  ck_assert_int_eq(gchk_judge(-1, &found[0], &(gchk_allowance){.unit = 0x1p-53, .largest = 1}).verdict, GCHK_FAIL);
  // Beside the point, within H: the value is wrong, and its bound says so.
  bend(&probe, 0, 0, 3e-5);
  ck_assert_int_eq(gchk_differentiate(&probe.line, &ladder, probe.work, found, NULL), GCHK_OK);
  double exact = 1 + 2 * curvature * 3e-5;
  ck_assert_double_gt(fabs(found[0].value - exact), 0.1);
  ck_assert_double_ge(found[0].bound, fabs(found[0].value - exact));
}
END_TEST

START_TEST(an_edge_of_the_domain_is_differentiated_from_one_side) {
  static probe_line probe;
  probe_line_init(&probe, power_1_5, 1, 0);
  probe_line_run(&probe, found);
  ck_assert_int_eq(found[0].smoothness, GCHK_ONE_SIDED);
  ck_assert_double_le(fabs(found[0].value - 2), found[0].bound);
  ck_assert_double_lt(found[0].bound, 1e-4);
}
END_TEST

START_TEST(an_infinite_slope_is_no_number) {
  static probe_line probe;
  probe_line_init(&probe, root, 1, 0);
  probe_line_run(&probe, found);
  ck_assert(!isfinite(found[0].bound) || found[0].bound > fabs(found[0].value) / 2);
  ck_assert_int_ne(gchk_judge(0, &found[0], &(gchk_allowance){.unit = 0x1p-53, .largest = 1}).verdict, GCHK_PASS);
  ck_assert_int_ne(gchk_judge(1e9, &found[0], &(gchk_allowance){.unit = 0x1p-53, .largest = 1}).verdict, GCHK_PASS);
}
END_TEST

START_TEST(near_an_edge_steps_get_small_enough) {
  static probe_line probe;
  static const double points[] = {0.1, 1e-3, 1e-6, 1e-12, 1e-18};
  for (size_t i = 0; i < 5; i++) {
    probe_line_init(&probe, logarithm, 1, points[i]);
    probe.line.scale = 1; // in a tensor of larger ones
    probe_line_run(&probe, found);
    ck_assert_msg(fabs(found[0].value * points[i] - 1) * (1 / points[i]) <= found[0].bound, "at %g: %g +- %g",
                  points[i], found[0].value, found[0].bound);
    ck_assert_double_lt(found[0].bound, 1e-4 / points[i]);
  }
}
END_TEST

START_TEST(a_corner_that_is_rounded_off_is_smooth) {
  static probe_line probe;
  static const double points[] = {0, 1e-6, -1e-5, 1e-4};
  for (size_t i = 0; i < 4; i++) {
    probe_line_init(&probe, soft, 1, points[i]);
    probe.line.scale = 1;
    probe_line_run(&probe, found);
    double exact = points[i] / sqrt(points[i] * points[i] + 1e-10);
    ck_assert_int_eq(found[0].smoothness, GCHK_SMOOTH);
    ck_assert_double_le(fabs(found[0].value - exact), found[0].bound);
    ck_assert_double_lt(found[0].bound, 1e-4);
  }
}
END_TEST

TCase *kink_tests(void) {
  TCase *tests = tcase_create("kinks");
  tcase_add_loop_test(tests, a_kink_at_the_point_is_found_with_both_slopes, 0, SLOPES);
  tcase_add_loop_test(tests, a_kink_beside_the_point_is_differentiated, 0, SLOPES * DISTANCES);
  tcase_add_test(tests, kinks_in_float);
  tcase_add_test(tests, a_fixed_step_tells_kinks_too);
  tcase_add_test(tests, an_edge_of_the_domain_is_differentiated_from_one_side);
  tcase_add_test(tests, an_infinite_slope_is_no_number);
  tcase_add_test(tests, near_an_edge_steps_get_small_enough);
  tcase_add_test(tests, a_corner_that_is_rounded_off_is_smooth);
  return tests;
}
