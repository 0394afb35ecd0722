/* Sums over many kinks in float, whose differences agree by chance; and smooth functions, whose do not scatter. */
#include "numeric/scatter.h"

#include "numeric/differentiate.h"
#include "numeric/noise.h"
#include "numeric_tests.h"

enum { POINTS = 131, PLACES = 4000 };
static probe_line probe;
static gchk_derivative found[GCHK_MAX_DRAWS];

/* Places between -2.5 and 2.5, in no order. */
static double point(size_t i) {
  return 2.5 * noise_at(7, i);
}

/* Gini's sum: |x - t_i| over all points, and what the others have among themselves. */
static void distances(double x, double *y, size_t count) {
  (void)count;
  double sum = 40;
  for (size_t i = 0; i < POINTS; i++)
    sum += fabs(x - point(i)) / POINTS;
  y[0] = sum;
}

static double slope_of_distances(double x) {
  double sum = 0;
  for (size_t i = 0; i < POINTS; i++)
    sum += (x > point(i) ? 1.0 : -1.0) / POINTS;
  return sum;
}

/* What bound there is for g, of the whole ladder and with scatter; the line is at x. */
static double bound_with_scatter(void (*function)(double, double *, size_t), bool is_float, double x) {
  double scatter = -1;
  const gchk_ladder whole = {.whole = true};
  probe_line_init(&probe, function, 1, x);
  if (is_float)
    probe_line_as_float(&probe);
  double sigma[GCHK_MAX_DRAWS];
  bool is_smooth[GCHK_MAX_DRAWS];
  ck_assert_int_eq(gchk_measure_noise(&probe.line, probe.work, sigma, is_smooth, NULL), GCHK_OK);
  probe.line.sigma[0] = sigma[0];
  ck_assert_int_eq(gchk_differentiate(&probe.line, &whole, probe.work, found, NULL), GCHK_OK);
  ck_assert_int_eq(gchk_find_scatter(&probe.line, probe.line.v[0], &found[0], probe.work, &scatter, NULL), GCHK_OK);
  ck_assert(scatter >= 0);
  return found[0].bound + scatter;
}

static double place(size_t i) {
  return -1.9 + 3.8 * (double)i / PLACES;
}

START_TEST(steps_that_agree_by_chance_are_told) {
  size_t beyond = 0, still_beyond = 0;
  for (size_t i = 0; i < PLACES; i++) {
    const double bound = bound_with_scatter(distances, true, place(i));
    const double off = fabs(slope_of_distances(probe.line.x) - found[0].value);
    if (found[0].smoothness != GCHK_SMOOTH)
      continue;
    beyond += off > 3 * found[0].bound;
    still_beyond += off > 3 * bound;
  }
  ck_assert_uint_gt(beyond, 5);
  ck_assert_msg(still_beyond == 0, "of %zu slopes that are right %zu stay beyond their bounds", beyond, still_beyond);
}
END_TEST

START_TEST(a_wrong_slope_of_such_a_sum_is_not_excused) {
  for (size_t i = 0; i < PLACES; i += 31) {
    const double bound = bound_with_scatter(distances, true, place(i)), g = slope_of_distances(probe.line.x);
    if (found[0].smoothness != GCHK_SMOOTH || fabs(g) < 0.2)
      continue;
    ck_assert_msg(fabs(2 * g - found[0].value) > 3 * bound, "x = %g: twice %g within 3 times %g", place(i), g, bound);
    ck_assert_msg(fabs(-g - found[0].value) > 3 * bound, "x = %g: minus %g within 3 times %g", place(i), g, bound);
    ck_assert_msg(fabs(found[0].value) > 3 * bound, "x = %g: 0 within 3 times %g", place(i), bound);
  }
}
END_TEST

static void bending(double x, double *y, size_t count) {
  (void)count;
  y[0] = 3 * sin(2 * x) + x * x;
}
static void exponential(double x, double *y, size_t count) {
  (void)count;
  y[0] = exp(3 * x);
}
static void quotient(double x, double *y, size_t count) {
  (void)count;
  y[0] = x / (1 + x * x * x * x);
}
static void linear(double x, double *y, size_t count) {
  (void)count;
  y[0] = 3 * x + 1;
}

/* Steps that are no powers of two round otherwise: a mistake of that size may be excused, and no larger one. */
START_TEST(what_is_smooth_does_not_scatter) {
  void (*const functions[])(double, double *, size_t) = {bending, exponential, quotient, linear};
  for (size_t k = 0; k < sizeof functions / sizeof functions[0]; k++)
    for (size_t i = 0; i < PLACES; i += 71)
      for (int is_float = 0; is_float < 2; is_float++) {
        const double bound = bound_with_scatter(functions[k], is_float, place(i));
        const double part = is_float ? 0.01 : 1e-8, size = fmax(fabs(found[0].value), 1);
        ck_assert_msg(3 * bound <= fmax(4 * found[0].bound, part * size), "function %zu at %g: E = %g, with scatter %g",
                      k, place(i), found[0].bound, bound);
      }
}
END_TEST

START_TEST(errors_of_the_function_are_passed_on) {
  double scatter;
  (void)bound_with_scatter(distances, true, 0.37);
  const size_t before = probe.calls;
  ck_assert_int_eq(gchk_find_scatter(&probe.line, probe.line.v[0], &found[0], probe.work, &scatter, NULL), GCHK_OK);
  const size_t calls = probe.calls - before;
  ck_assert_uint_le(calls, 23);
  for (size_t n = 1; n <= calls; n++) {
    gchk_error error;
    probe.fails_at = probe.calls + n;
    ck_assert_int_eq(gchk_find_scatter(&probe.line, probe.line.v[0], &found[0], probe.work, &scatter, &error),
                     GCHK_LAYER_FAILED);
  }
}
END_TEST

TCase *scatter_tests(void) {
  TCase *tests = tcase_create("scatter");
  tcase_add_test(tests, steps_that_agree_by_chance_are_told);
  tcase_add_test(tests, a_wrong_slope_of_such_a_sum_is_not_excused);
  tcase_add_test(tests, what_is_smooth_does_not_scatter);
  tcase_add_test(tests, errors_of_the_function_are_passed_on);
  return tests;
}
