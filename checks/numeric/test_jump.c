/*
 * A jump at the point, which larger steps see, and the slope within it. Where steps get there, its slope is known, and
 * any other is wrong; where float has none that do, nothing is.
 */
#include "numeric/differentiate.h"
#include "numeric_tests.h"

enum { POINTS = 40 };
static const double heights[] = {1, 0.05, 2e-3};
enum { HEIGHTS = sizeof heights / sizeof heights[0] };

static gchk_derivative found[GCHK_MAX_DRAWS];
static double height, width, jump_at, beside;

/* z/sqrt(z^2 + w^2), as of a row of equal numbers over the root of their variance. */
static void jump_and_slope(double x, double *y, size_t count) {
  (void)count;
  const double z = x - jump_at;
  y[0] = 3 + beside * sin(x) + height * z / sqrt(z * z + width * width);
}

static double slope_of(double x) {
  const double z = x - jump_at, root = sqrt(z * z + width * width);
  return beside * cos(x) + height * width * width / (root * root * root);
}

static bool is_wrong_in(size_t d, double g, double unit) {
  return found[d].smoothness == GCHK_SMOOTH && fabs(g - found[d].value) > 3 * found[d].bound + 32 * unit * fabs(g);
}

static bool is_wrong(double g, double unit) {
  return is_wrong_in(0, g, unit);
}

/* At point p, the jump `off` away; returns the slope. */
static double differentiate(int p, double off, bool is_float) {
  static probe_line probe;
  const double x = (double)(float)(0.31 + 0.05 * p);
  const gchk_ladder whole = {.whole = true};
  jump_at = x + off;
  probe_line_init(&probe, jump_and_slope, 1, x);
  if (is_float)
    probe_line_as_float(&probe);
  ck_assert_int_eq(gchk_differentiate(&probe.line, &whole, probe.work, found, NULL), GCHK_OK);
  return slope_of(x);
}

static void say(int p, double right) {
  ck_abort_msg("point %d, height %g, width %g, beside %g: %g +- %g for %g", p, height, width, beside, found[0].value,
               found[0].bound, right);
}

/* Steps of float end within the jump, at its edge, or before it. */
START_TEST(a_slope_that_steps_do_not_reach_is_not_wrong) {
  static const double widths[] = {1e-5, 1e-6, 1e-7, 1e-8};
  height = heights[_i % HEIGHTS];
  width = widths[_i / HEIGHTS];
  for (int p = 0; p < 2 * POINTS; p++) {
    beside = p % 2;
    const double right = differentiate(p / 2, 0, true);
    if (is_wrong(right, 0x1p-24))
      say(p, right);
  }
}
END_TEST

START_TEST(a_slope_that_steps_reach_is_known) {
  static const double widths[] = {1e-4, 1e-6, 1e-8};
  height = heights[_i % HEIGHTS];
  width = widths[_i / HEIGHTS];
  for (int p = 0; p < 2 * POINTS; p++) {
    beside = p % 2;
    const double right = differentiate(p / 2, 0, false);
    if (is_wrong(right, 0x1p-53) || !is_wrong(1.01 * right, 0x1p-53) || !is_wrong(0, 0x1p-53))
      say(p, right);
  }
}
END_TEST

START_TEST(a_jump_elsewhere_leaves_the_slope_here) {
  height = heights[_i % HEIGHTS];
  width = 1e-9;
  beside = 1;
  for (int p = 0; p < POINTS; p++)
    for (int side = -1; side <= 1; side += 2) {
      const double right = differentiate(p, side * 1e-3, false);
      if (fabs(cos(0.31 + 0.05 * p)) < 0.1)
        continue;
      if (is_wrong(right, 0x1p-53) || !is_wrong(1.01 * right, 0x1p-53) || !is_wrong(-right, 0x1p-53))
        say(p, right);
    }
}
END_TEST

enum { ROW = 5 };
static float others;

/* (x - mean)/max(deviation, eps) of a row in float, of which all but one are `others`. */
static void row_over_deviation(double x, double *y, size_t count) {
  float row[ROW], sum = 0, squares = 0;
  for (size_t i = 0; i < count; i++)
    sum += row[i] = i == 2 ? (float)x : others;
  const float mean = sum / ROW;
  for (size_t i = 0; i < count; i++)
    squares += (row[i] - mean) * (row[i] - mean);
  const float deviation = fmaxf(sqrtf(squares / ROW), 1e-12F);
  for (size_t i = 0; i < count; i++)
    y[i] = (double)((row[i] - mean) / deviation);
}

/* What float sees of it is a jump at all steps, and at the smallest hardly one. */
START_TEST(a_row_of_equal_numbers_is_not_wrong) {
  static probe_line probe;
  const gchk_ladder whole = {.whole = true};
  size_t tried = 0;
  for (int p = 0; p < 8 * POINTS; p++) {
    others = (float)(0.11 + 0.0137 * p);
    probe_line_init(&probe, row_over_deviation, ROW, (double)others);
    probe_line_as_float(&probe);
    if (probe.y0[2] != 0)
      continue; // the mean is not one of them: another function
    // In the second draw what the others get is nearly what this one does: little of the jump is left.
    double *v = probe.v[1], sum = 0;
    for (size_t j = 0; j < ROW; j++)
      sum += j == 2 ? 0 : v[j];
    v[2] = sum / (ROW - 1) * (1 + 3e-2 * (p % 13 - 6));
    probe.line.draw_count = 2;
    ck_assert_int_eq(gchk_differentiate(&probe.line, &whole, probe.work, found, NULL), GCHK_OK);
    for (size_t d = 0; d < 2; d++) {
      double right = 0;
      for (size_t j = 0; j < ROW; j++)
        right += probe.v[d][j] * ((j == 2 ? 1 : 0) - 1.0 / ROW) / 1e-12;
      tried++;
      if (is_wrong_in(d, right, 0x1p-24))
        ck_abort_msg("point %d, draw %d: %g +- %g for %g", p, (int)d, found[d].value, found[d].bound, right);
    }
  }
  ck_assert_uint_gt(tried, POINTS);
}
END_TEST

TCase *jump_tests(void) {
  TCase *tests = tcase_create("jump");
  tcase_add_loop_test(tests, a_slope_that_steps_do_not_reach_is_not_wrong, 0, 4 * HEIGHTS);
  tcase_add_loop_test(tests, a_slope_that_steps_reach_is_known, 0, 3 * HEIGHTS);
  tcase_add_loop_test(tests, a_jump_elsewhere_leaves_the_slope_here, 0, HEIGHTS);
  tcase_add_test(tests, a_row_of_equal_numbers_is_not_wrong);
  return tests;
}
