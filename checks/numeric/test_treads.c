/* Staircases that rounding makes, and what is none: kinks, bends, jumps that lead to another slope, real stairs. */
#include "numeric/treads.h"

#include "numeric/differentiate.h"
#include "numeric_tests.h"

static probe_line probe;
static gchk_derivative found[GCHK_MAX_DRAWS];

static bool has_treads(void (*function)(double, double *, size_t), size_t count, bool is_float, double x, double g) {
  bool are_there = false;
  const gchk_ladder whole = {.whole = true};
  probe_line_init(&probe, function, count, x);
  if (is_float)
    probe_line_as_float(&probe);
  ck_assert_int_eq(gchk_differentiate(&probe.line, &whole, probe.work, found, NULL), GCHK_OK);
  ck_assert_int_eq(gchk_find_treads(&probe.line, 0, &found[0], g, probe.work, &are_there, NULL), GCHK_OK);
  return are_there;
}

/* -log(1 - p) with p and 1 - p in float: treads of 6e-8 / p'. Its slope is p. */
static void saturated(double x, double *y, size_t count) {
  (void)count;
  const float p = (float)(1 / (1 + exp(-x)));
  y[0] = -log((double)(1.0F - p) + 1e-7);
}

static double slope_of_saturated(double x) {
  const double p = 1 / (1 + exp(-x));
  return p * (1 - p) / (1 - p + 1e-7);
}

static bool is_beyond_bound(double g) {
  return fabs(g - found[0].value) > 3 * found[0].bound;
}

START_TEST(a_right_slope_between_the_treads_of_float_is_not_held_against) {
  size_t beyond = 0;
  for (double x = 13; x < 15.9; x += 0.093) {
    bool are_there = has_treads(saturated, 1, true, x, slope_of_saturated(x));
    beyond += is_beyond_bound(slope_of_saturated(x));
    ck_assert_msg(are_there || !is_beyond_bound(slope_of_saturated(x)), "x = %g: D = %g", x, found[0].value);
  }
  ck_assert_uint_gt(beyond, 5);
}
END_TEST

/* The stairs are 4 times as steep as that, at the most: a slope that is far from theirs is wrong. */
START_TEST(a_slope_that_the_stairs_do_not_have_is_wrong) {
  for (double x = 13; x < 15.5; x += 0.37)
    ck_assert_msg(!has_treads(saturated, 1, true, x, 1000 * slope_of_saturated(x)), "x = %g", x);
}
END_TEST

/* One such term among others that bend. */
static void saturated_and_others(double x, double *y, size_t count) {
  double one;
  saturated(10 + x, &one, count);
  y[0] = one / 40 + 3 * sin(2 * x) + x * x;
}

START_TEST(one_term_among_many_is_seen_where_they_bend) {
  size_t beyond = 0;
  for (double x = 3.5; x < 5.5; x += 0.071) {
    const double g = 6 * cos(2 * x) + 2 * x + slope_of_saturated(10 + x) / 40;
    bool are_there = has_treads(saturated_and_others, 1, true, x, g);
    beyond += is_beyond_bound(g);
    ck_assert_msg(are_there || !is_beyond_bound(g), "x = %g: D = %g, not %g", x, found[0].value, g);
  }
  ck_assert_uint_gt(beyond, 0);
}
END_TEST

static void bending(double x, double *y, size_t count) {
  (void)count;
  y[0] = 3 * sin(2 * x) + x * x;
}
static void relu_beyond(double x, double *y, size_t count) {
  (void)count;
  y[0] = x > 1.125 ? x - 1.125 : 0;
}
static void leaky_beside(double x, double *y, size_t count) {
  (void)count;
  y[0] = sin(x) + (x > 1.01 ? 0.3 * (x - 1.01) : 0);
}
static void hardshrink(double x, double *y, size_t count) {
  (void)count;
  y[0] = fabs(x) > 1.25 ? x : 0;
}
static void rounded(double x, double *y, size_t count) {
  (void)count;
  y[0] = rint(x);
}
static void dead(double x, double *y, size_t count) {
  (void)x, (void)count;
  y[0] = 0;
}

/* Wrong slopes of functions without a staircase that rounding made, in double and float. */
START_TEST(no_wrong_slope_of_another_function_is_excused) {
  static const struct {
    const char *name;
    void (*function)(double, double *, size_t);
    double g;
  } wrong[] = {{"bending, sign", bending, 0.5},
               {"bending, 5 %", bending, -0.52},
               {"bending, factor", bending, -1},
               {"off, passed on", relu_beyond, 1},
               {"off, passed on in part", relu_beyond, 0.1},
               {"beside a kink, 2 %", leaky_beside, 0.55},
               {"beside a kink, sign", leaky_beside, -0.54},
               {"below the threshold, passed on", hardshrink, 1},
               {"straight through", rounded, 1},
               {"dead, passed on", dead, 1},
               {"dead, passed on in part", dead, 1e-3}};
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
    for (int is_float = 0; is_float < 2; is_float++)
      ck_assert_msg(!has_treads(wrong[i].function, 1, is_float, 1, wrong[i].g), "%s, %s: D = %g", wrong[i].name,
                    is_float ? "float" : "double", found[0].value);
}
END_TEST

/* log(sum) of a sum that is 1 in float: all outputs are 0, and a gradient of 1e-7 may be right. */
START_TEST(outputs_that_are_all_zero_hide_what_one_rounding_does) {
  ck_assert(has_treads(dead, 1, true, 1, 1e-7));
  ck_assert(!has_treads(dead, 1, false, 1, 1e-7));
}
END_TEST

START_TEST(errors_of_the_function_are_passed_on) {
  bool are_there;
  const gchk_ladder whole = {.whole = true};
  probe_line_init(&probe, saturated, 1, 14);
  probe_line_as_float(&probe);
  ck_assert_int_eq(gchk_differentiate(&probe.line, &whole, probe.work, found, NULL), GCHK_OK);
  const size_t before = probe.calls;
  ck_assert_int_eq(gchk_find_treads(&probe.line, 0, &found[0], 0.9, probe.work, &are_there, NULL), GCHK_OK);
  const size_t calls = probe.calls - before;
  for (size_t n = 1; n <= calls; n++) {
    gchk_error error;
    probe.fails_at = probe.calls + n;
    ck_assert_int_eq(gchk_find_treads(&probe.line, 0, &found[0], 0.9, probe.work, &are_there, &error),
                     GCHK_LAYER_FAILED);
  }
}
END_TEST

TCase *treads_tests(void) {
  TCase *tests = tcase_create("treads");
  tcase_add_test(tests, a_right_slope_between_the_treads_of_float_is_not_held_against);
  tcase_add_test(tests, a_slope_that_the_stairs_do_not_have_is_wrong);
  tcase_add_test(tests, one_term_among_many_is_seen_where_they_bend);
  tcase_add_test(tests, no_wrong_slope_of_another_function_is_excused);
  tcase_add_test(tests, outputs_that_are_all_zero_hide_what_one_rounding_does);
  tcase_add_test(tests, errors_of_the_function_are_passed_on);
  return tests;
}
