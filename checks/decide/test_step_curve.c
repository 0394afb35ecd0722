/* Step curves: the order that is observed is that of the errors, made by hand and by differentiation. */
#include "decide/step_curve.h"

#include "decide_tests.h"
#include "numeric/differentiate.h"

static const double value = 2; // of the derivative, which is known

// Rungs by powers of 4 from h = 0.1, each off by c h^order and by rounding, 1e-16/h, where it goes down to where that shows.
static gchk_derivative by_hand(double c, double order, size_t rungs) {
  const double rounding = rungs > 6 ? 1e-16 : 0;
  gchk_derivative d = {.value = value, .rung_count = rungs};
  for (size_t k = 0; k < rungs; k++) {
    double h = 0.1 * pow(4, -(double)k);
    d.rungs[k] = (gchk_rung){.step_plus = h,
                             .step_minus = h,
                             .difference = value + c * pow(h, order) + rounding / h,
                             .bound = 2 * fabs(c) * pow(h, order) + 2 * rounding / h};
  }
  return d;
}

static gchk_step_curve curve_of(const gchk_step_curve_data *data, gchk_arena *arena, double largest) {
  gchk_step_curve curve;
  ck_assert(gchk_step_curve_finish(data, arena, largest, &curve));
  return curve;
}

START_TEST(the_order_is_that_of_the_errors) {
  static const struct {
    double order;
    size_t rungs;
    double decades;                                                 // at least
  } rows[] = {{2, 5, 1.8}, {4, 5, 1.8}, {1.5, 5, 1.8}, {2, 12, 3}}; // log10 of 4^3: the largest step is left out
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    gchk_arena *arena = gchk_arena_new();
    gchk_step_curve_data data = {0};
    for (size_t e = 0; e < 5; e++) {
      gchk_derivative d = by_hand(1 + (double)e, rows[i].order, rows[i].rungs);
      gchk_step_curve_add(&data, &d, value);
    }
    gchk_step_curve curve = curve_of(&data, arena, value);
    ck_assert_msg(fabs(curve.order - rows[i].order) < 0.05, "row %zu: %g", i, curve.order);
    ck_assert_double_ge(curve.decades, rows[i].decades);
    gchk_arena_free(arena);
  }
}
END_TEST

START_TEST(where_no_truncation_shows_there_is_no_order) {
  gchk_arena *arena = gchk_arena_new();
  gchk_step_curve_data data = {0}, none = {0};
  gchk_derivative d = by_hand(0, 2, 12), two = by_hand(1, 2, 2);
  gchk_step_curve_add(&data, &d, value);
  ck_assert(isnan(curve_of(&data, arena, value).order));
  ck_assert(isnan(curve_of(&none, arena, value).order));
  ck_assert_uint_eq(curve_of(&none, arena, value).point_count, 0);
  data = none;
  gchk_step_curve_add(&data, &two, value); // two points make a slope and no evidence
  ck_assert(isnan(curve_of(&data, arena, value).order));
  gchk_arena_free(arena);
}
END_TEST

START_TEST(points_go_down_and_are_relative) {
  gchk_arena *arena = gchk_arena_new();
  gchk_step_curve_data data = {0};
  for (size_t e = 0; e < 3; e++) {
    gchk_derivative d = by_hand(1 + (double)e, 2, 4); // errors of 1, 2 and 3 h^2: the median is 2 h^2
    gchk_step_curve_add(&data, &d, value);
  }
  gchk_step_curve curve = curve_of(&data, arena, 8);
  ck_assert_uint_eq(curve.point_count, 4);
  for (size_t k = 0; k < 4; k++) {
    double h = 0.1 * pow(4, -(double)k);
    const gchk_step_point *p = &curve.points[k];
    ck_assert_double_lt(fabs(p->step - h), 1e-12 * h);
    ck_assert_double_lt(fabs(p->median - 2 * h * h / 8), 1e-6 * p->median);
    ck_assert_double_lt(fabs(p->worst - 3 * h * h / 8), 1e-6 * p->worst);
    ck_assert_double_lt(fabs(p->bound - 4 * h * h / 8), 1e-6 * p->bound);
    ck_assert_uint_eq(p->elements, 3);
  }
  gchk_arena_free(arena);
}
END_TEST

START_TEST(what_is_not_finite_or_too_much_is_left_out) {
  gchk_arena *arena = gchk_arena_new();
  gchk_step_curve_data data = {0};
  for (size_t e = 0; e < GCHK_STEP_CURVE_ELEMENTS + 3; e++) {
    gchk_derivative d = by_hand(1, 2, 3);
    d.rungs[1].difference = (double)NAN;
    gchk_step_curve_add(&data, &d, value);
  }
  gchk_step_curve curve = curve_of(&data, arena, value);
  ck_assert_uint_eq(curve.point_count, 2);
  for (size_t k = 0; k < 2; k++)
    ck_assert_uint_eq(curve.points[k].elements, GCHK_STEP_CURVE_ELEMENTS);
  gchk_arena_free(arena);
}
END_TEST

// A step that was given may be of any size: what has no rung takes no time, and what is no number has no point.
START_TEST(rungs_far_apart_are_points_of_their_own) {
  gchk_arena *arena = gchk_arena_new();
  gchk_step_curve_data data = {0};
  static const double steps[] = {1e-300, HUGE_VAL, 1e308, 0, 1e-5};
  gchk_derivative d = {.value = value, .rung_count = sizeof steps / sizeof steps[0]};
  for (size_t k = 0; k < d.rung_count; k++)
    d.rungs[k] = (gchk_rung){.step_plus = steps[k], .step_minus = steps[k], .difference = value + 1, .bound = 1};
  gchk_step_curve_add(&data, &d, value);
  gchk_step_curve curve = curve_of(&data, arena, value);
  ck_assert_uint_eq(curve.point_count, 3);
  static const double left[] = {1e308, 1e-5, 1e-300};
  for (size_t k = 0; k < 3; k++) {
    ck_assert_double_eq(curve.points[k].step, left[k]);
    ck_assert_uint_eq(curve.points[k].elements, 1);
  }
  gchk_arena_free(arena);
}
END_TEST

static gchk_status smooth(void *context, double x, double *y, gchk_error *error) {
  (void)context, (void)error;
  *y = exp(x);
  return GCHK_OK;
}

static gchk_status linear(void *context, double x, double *y, gchk_error *error) {
  (void)context, (void)error;
  *y = 3 * x + 1;
  return GCHK_OK;
}

// The whole ladder of one function at eight places.
static double observed(gchk_status (*evaluate)(void *, double, double *, gchk_error *), bool is_smooth) {
  gchk_arena *arena = gchk_arena_new();
  gchk_step_curve_data data = {0};
  for (size_t e = 0; e < GCHK_STEP_CURVE_ELEMENTS; e++) {
    const double x = 0.5 + 0.1 * (double)e, one = 1;
    double y0, space[8];
    gchk_derivative d;
    ck_assert_int_eq(evaluate(NULL, x, &y0, NULL), GCHK_OK);
    gchk_line line = {.evaluate = evaluate,
                      .output_count = 1,
                      .x = x,
                      .scale = 1,
                      .variable_unit = 0x1p-53,
                      .output_unit = 0x1p-53,
                      .y0 = &y0,
                      .y0_is_exact = true,
                      .draw_count = 1,
                      .v = {&one}};
    const gchk_ladder ladder = {.whole = true};
    ck_assert_int_eq(gchk_differentiate(&line, &ladder, space, &d, NULL), GCHK_OK);
    gchk_step_curve_add(&data, &d, is_smooth ? exp(x) : 3);
  }
  double order = curve_of(&data, arena, 3).order;
  gchk_arena_free(arena);
  return order;
}

START_TEST(central_differences_are_of_second_order) {
  ck_assert_double_lt(fabs(observed(smooth, true) - 2), 0.05);
  ck_assert(isnan(observed(linear, false)));
}
END_TEST

TCase *step_curve_tests(void) {
  TCase *tests = tcase_create("step curve");
  tcase_add_test(tests, the_order_is_that_of_the_errors);
  tcase_add_test(tests, where_no_truncation_shows_there_is_no_order);
  tcase_add_test(tests, points_go_down_and_are_relative);
  tcase_add_test(tests, what_is_not_finite_or_too_much_is_left_out);
  tcase_add_test(tests, rungs_far_apart_are_points_of_their_own);
  tcase_add_test(tests, central_differences_are_of_second_order);
  return tests;
}
