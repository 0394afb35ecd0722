/* One derivative as a whole: value, bound, cost, the fixed step, what is handed back. Oracles are closed forms. */
#include "numeric/differentiate.h"
#include "numeric/noise.h"
#include "numeric_tests.h"

#include <float.h>

static void exponential(double x, double *y, size_t count) {
  (void)count;
  y[0] = exp(x);
}
static void affine(double x, double *y, size_t count) {
  for (size_t j = 0; j < count; j++)
    y[j] = 0.5 - (double)j + x * (1 + (double)(j % 7));
}
static void waves(double x, double *y, size_t count) {
  for (size_t j = 0; j < count; j++)
    y[j] = sin(x * (1 + (double)j / 4));
}
static void nothing(double x, double *y, size_t count) {
  (void)x;
  for (size_t j = 0; j < count; j++)
    y[j] = 3 + (double)j;
}
static void parabola_far_up(double x, double *y, size_t count) {
  (void)count;
  y[0] = x * x + 1e12;
}
static void hump(double x, double *y, size_t count) {
  (void)count;
  y[0] = cos(x);
}
static void staircase(double x, double *y, size_t count) {
  (void)count;
  y[0] = floor(4 * x);
}

static gchk_derivative found[GCHK_MAX_DRAWS];

static void assert_covers(const gchk_derivative *derivative, double exact) {
  ck_assert_msg(fabs(derivative->value - exact) <= derivative->bound, "%.17g +- %g is not %.17g", derivative->value,
                derivative->bound, exact);
}

START_TEST(a_smooth_function_takes_six_evaluations) {
  static probe_line probe;
  for (int k = 0; k < 30; k++) {
    probe_line_init(&probe, exponential, 1, -4 + 0.29 * k);
    probe_line_run(&probe, found);
    assert_covers(&found[0], exp(probe.line.x));
    ck_assert_double_lt(found[0].bound, 1e-7 * fabs(found[0].value));
    ck_assert_uint_eq(probe.calls, 6);
    ck_assert_uint_eq(found[0].rung_count, 3);
    ck_assert_int_eq(found[0].smoothness, GCHK_SMOOTH);
    const gchk_rung *chosen = &found[0].rungs[found[0].chosen];
    double value = chosen->difference;
    if (found[0].is_extrapolated)
      value = value - (chosen[-1].difference - value) / 15;
    ck_assert_double_eq(value, found[0].value);
  }
}
END_TEST

/* A linear function has no truncation: asked to, the ladder goes up and reaches the last digits. */
START_TEST(a_linear_function_is_verified_to_the_last_digits) {
  static probe_line probe;
  static const double points[] = {1e-9, -0.3, 2, 700, 1e9};
  for (size_t i = 0; i < 5; i++) {
    probe_line_init(&probe, affine, 20, points[i]);
    double exact = 0;
    for (size_t j = 0; j < 20; j++)
      exact += probe.v[0][j] * (1 + (double)(j % 7));
    gchk_ladder first = {.seek_best = true};
    ck_assert_int_eq(gchk_differentiate(&probe.line, &first, probe.work, found, NULL), GCHK_OK);
    assert_covers(&found[0], exact);
    if (points[i] > 1e-3) {
      ck_assert_double_lt(found[0].bound, 1e-13 * fabs(exact));
      ck_assert_uint_eq(probe.calls, 12);
    }
    // The next element starts where this one ended, and takes six.
    gchk_ladder next = {.start = found[0].step};
    double bound = found[0].bound;
    probe.calls = 0;
    ck_assert_int_eq(gchk_differentiate(&probe.line, &next, probe.work, found, NULL), GCHK_OK);
    assert_covers(&found[0], exact);
    ck_assert_double_le(found[0].bound, 4 * bound);
    ck_assert_uint_le(probe.calls, points[i] > 1e-3 ? 6 : 64);
  }
}
END_TEST

/* A start that suits another element costs time, never truth. */
START_TEST(a_bad_hint_does_no_harm) {
  static probe_line probe;
  static const double hints[] = {1e-14, 1e-9, 1e-3, 0.1, 1, 100, 1e9};
  for (size_t i = 0; i < sizeof hints / sizeof hints[0]; i++) {
    probe_line_init(&probe, waves, 9, 0.8);
    double exact = 0;
    for (size_t j = 0; j < 9; j++)
      exact += probe.v[0][j] * (1 + (double)j / 4) * cos(0.8 * (1 + (double)j / 4));
    gchk_ladder ladder = {.start = hints[i]};
    ck_assert_int_eq(gchk_differentiate(&probe.line, &ladder, probe.work, found, NULL), GCHK_OK);
    assert_covers(&found[0], exact);
    ck_assert_double_lt(found[0].bound, 1e-5 * fabs(exact));
  }
}
END_TEST

START_TEST(two_draws_share_their_evaluations) {
  static probe_line probe;
  probe_line_init(&probe, waves, 50, 0.31);
  probe.line.draw_count = 2;
  probe_line_run(&probe, found);
  ck_assert_uint_le(probe.calls, 8);
  for (size_t d = 0; d < 2; d++) {
    double exact = 0;
    for (size_t j = 0; j < 50; j++)
      exact += probe.v[d][j] * (1 + (double)j / 4) * cos(0.31 * (1 + (double)j / 4));
    assert_covers(&found[d], exact);
  }
  ck_assert_double_ne(found[0].value, found[1].value);
}
END_TEST

START_TEST(the_jacobian_row_is_that_of_the_chosen_step) {
  static probe_line probe;
  static double row[MOST_OUTPUTS];
  for (int whole = 0; whole < 2; whole++) {
    probe_line_init(&probe, waves, 50, 0.31);
    probe.line.jacobian_row = row;
    gchk_ladder ladder = {.whole = whole == 1};
    ck_assert_int_eq(gchk_differentiate(&probe.line, &ladder, probe.work, found, NULL), GCHK_OK);
    double projected = 0;
    for (size_t j = 0; j < 50; j++) {
      double w = 1 + (double)j / 4;
      ck_assert_double_eq_tol(row[j], w * cos(0.31 * w), 1e-6);
      projected += row[j] * probe.v[0][j];
    }
    ck_assert_double_eq_tol(projected, found[0].value, 1e-12 * fabs(found[0].value));
  }
  probe_line_init(&probe, nothing, 50, 0.31);
  probe.line.jacobian_row = row;
  probe_line_run(&probe, found);
  for (size_t j = 0; j < 50; j++)
    ck_assert_double_eq(row[j], 0);
}
END_TEST

/* What does not depend on x: D is 0, and E is what rounding could hide, so not 0. */
START_TEST(a_function_that_does_not_move_is_flat) {
  static probe_line probe;
  probe_line_init(&probe, nothing, 3, 0.7);
  probe_line_run(&probe, found);
  ck_assert(found[0].is_flat);
  ck_assert_double_eq(found[0].value, 0);
  ck_assert_double_gt(found[0].bound, 0);
  ck_assert_double_lt(found[0].bound, 1e-13);
  ck_assert_uint_eq(probe.calls, 6);
  probe_line_init(&probe, exponential, 1, 0.7);
  probe_line_run(&probe, found);
  ck_assert(!found[0].is_flat);
}
END_TEST

START_TEST(a_minimum_has_slope_zero_within_a_small_bound) {
  static probe_line probe;
  probe_line_init(&probe, hump, 1, 0);
  probe_line_run(&probe, found);
  assert_covers(&found[0], 0);
  ck_assert_double_lt(found[0].bound, 1e-9);
  ck_assert_uint_le(probe.calls, 12);
}
END_TEST

START_TEST(an_offset_costs_no_more_than_forward_lost) {
  static probe_line probe;
  probe_line_init(&probe, parabola_far_up, 1, 3);
  ck_assert_int_eq(gchk_measure_noise(&probe.line, probe.work, probe.line.sigma, NULL, NULL), GCHK_OK);
  probe_line_run(&probe, found);
  assert_covers(&found[0], 6);
  ck_assert_double_lt(found[0].bound, 1e-3 * 6);
}
END_TEST

/* A jump has no derivative: no small bound, whatever is claimed of it. */
START_TEST(a_jump_is_not_given_a_derivative) {
  static probe_line probe;
  probe_line_init(&probe, staircase, 1, 1);
  probe_line_run(&probe, found);
  ck_assert_int_ne(found[0].smoothness, GCHK_KINKED);
  ck_assert(!(found[0].bound < 1));
}
END_TEST

START_TEST(noise_widens_the_bound) {
  static probe_line probe;
  probe_line_init(&probe, exponential, 1, 0.4);
  probe_line_run(&probe, found);
  double quiet = found[0].bound;
  probe.line.sigma[0] = 1e-10;
  probe_line_run(&probe, found);
  ck_assert_double_gt(found[0].bound, 100 * quiet);
  assert_covers(&found[0], exp(0.4));
}
END_TEST

/* The documents' rule: the value is the plain central difference at H. */
START_TEST(a_fixed_step_gives_the_plain_difference) {
  static probe_line probe;
  static const double steps[] = {1e-2, 1e-4, 1e-6};
  for (size_t i = 0; i < 3; i++) {
    double h = steps[i];
    probe_line_init(&probe, exponential, 1, 0.7);
    gchk_ladder ladder = {.fixed_step = h};
    ck_assert_int_eq(gchk_differentiate(&probe.line, &ladder, probe.work, found, NULL), GCHK_OK);
    double plus = 0.7 + h, minus = 0.7 - h;
    double plain = (exp(plus) - exp(minus)) / (plus - minus);
    ck_assert_double_eq_tol(found[0].value, plain, 4 * DBL_EPSILON * plain);
    ck_assert_uint_eq(probe.calls, 4);
    ck_assert_uint_eq(found[0].rung_count, 2);
    assert_covers(&found[0], exp(0.7));
    // Truncation is h^2 f'''/6, and measured as such where it shows.
    if (i == 0)
      ck_assert_double_eq_tol(found[0].rungs[1].truncation, h * h * exp(0.7) / 6, 0.05 * h * h * exp(0.7) / 6);
  }
}
END_TEST

START_TEST(errors_of_the_function_are_passed_on) {
  static probe_line probe;
  for (size_t at = 1; at <= 6; at++) {
    probe_line_init(&probe, exponential, 1, 0.7);
    probe.fails_at = at;
    const gchk_ladder ladder = {.fixed_step = 0};
    gchk_error error;
    ck_assert_int_eq(gchk_differentiate(&probe.line, &ladder, probe.work, found, &error), GCHK_LAYER_FAILED);
  }
}
END_TEST

/* The base evaluated again where it came another way, and only where that matters. */
START_TEST(a_base_from_another_way_is_taken_care_of) {
  static probe_line probe;
  probe_line_init(&probe, waves, 9, 0.8);
  double exact = 0;
  for (size_t j = 0; j < 9; j++) {
    exact += probe.v[0][j] * (1 + (double)j / 4) * cos(0.8 * (1 + (double)j / 4));
    probe.y0[j] *= 1 + 8 * DBL_EPSILON * noise_at(1, j);
  }
  probe.line.y0_is_exact = false;
  probe_line_run(&probe, found);
  assert_covers(&found[0], exact);
  ck_assert_double_lt(found[0].bound, 1e-8 * fabs(exact));
  ck_assert_uint_le(probe.calls, 9);
}
END_TEST

static void one_of_many(double x, double *y, size_t count) {
  for (size_t j = 0; j < count; j++)
    y[j] = j == 3 ? tanh(x) : 1000 * (1 + (double)(j % 5));
}

/* Outputs that do not depend on x add nothing to the error, however large they are and however many. */
START_TEST(only_outputs_that_move_count) {
  static probe_line probe;
  double alone[2];
  for (int is_float = 0; is_float < 2; is_float++)
    for (size_t count = 4; count <= MOST_OUTPUTS; count *= 32) {
      probe_line_init(&probe, one_of_many, count, 0.6);
      if (is_float)
        probe_line_as_float(&probe);
      probe_line_run(&probe, found);
      double v = probe.v[0][3], c = 1 / cosh(probe.line.x);
      assert_covers(&found[0], v * c * c);
      if (count == 4)
        alone[is_float] = found[0].bound / fabs(v);
      ck_assert_double_le(found[0].bound / fabs(v), 1.01 * alone[is_float]);
    }
}
END_TEST

static void late_starter(double x, double *y, size_t count) {
  (void)count;
  y[0] = sin(x);
  y[1] = 1e6 + (fabs(x - 0.5) > 1e-7 ? 1 : 0) * sin(x);
}

/* One that begins to move at a larger step counts at the smaller ones, too. */
START_TEST(an_output_that_moves_somewhere_counts_everywhere) {
  static probe_line probe;
  probe_line_init(&probe, late_starter, 2, 0.5);
  const gchk_ladder whole = {.whole = true};
  ck_assert_int_eq(gchk_differentiate(&probe.line, &whole, probe.work, found, NULL), GCHK_OK);
  double least = 0x1p-53 * fabs(probe.v[0][1]) * 1e6;
  for (size_t k = 0; k < found[0].rung_count; k++) {
    const gchk_rung *rung = &found[0].rungs[k];
    ck_assert_double_ge(rung->rounding, 0.99 * 2 * least / (rung->step_plus + rung->step_minus));
  }
}
END_TEST

static double slope_far_off;
static void saturating(double x, double *y, size_t count) {
  (void)count;
  y[0] = slope_far_off * x + tanh(x);
}

/* Far away the function is another one. Its rounding is less there, but such steps say nothing of the slope at x. */
START_TEST(far_steps_do_not_outvote_near_ones) {
  static probe_line probe;
  static const double slopes_far[] = {0, 0.1, 10}, points[] = {0.3, 0.91, -1.2}, offsets[] = {1e-7, 1e-4, 1e-2, 1};
  for (size_t i = 0; i < 3; i++)
    for (size_t p = 0; p < 3; p++)
      for (size_t o = 0; o < 4; o++) {
        slope_far_off = slopes_far[i];
        probe_line_init(&probe, saturating, 1, points[p]);
        probe_line_as_float(&probe);
        probe.line.sigma[0] = offsets[o]; // the noise of an output that is large or badly computed
        for (int start = 0; start < 3; start++) {
          gchk_ladder ladder = {.start = start == 0 ? 0 : start == 1 ? 64 : 1e-2, .seek_best = start == 0};
          ck_assert_int_eq(gchk_differentiate(&probe.line, &ladder, probe.work, found, NULL), GCHK_OK);
          double c = 1 / cosh(probe.line.x), exact = slope_far_off + c * c;
          ck_assert_msg(found[0].smoothness == GCHK_UNDEFINED || fabs(found[0].value - exact) <= 3 * found[0].bound,
                        "noise %g, slope %g at %g: %g +- %g, not %g", offsets[o], slope_far_off, probe.line.x,
                        found[0].value, found[0].bound, exact);
        }
      }
}
END_TEST

static double dead_until;
static void rectified(double x, double *y, size_t count) {
  for (size_t j = 0; j < count; j++)
    y[j] = j == 2 ? fmax(x - dead_until, 0) : 1 + (double)j;
}

/* Three classes: moves nowhere, moves beyond s only, moves. */
START_TEST(zeros_are_told_apart) {
  static probe_line probe;
  static const double points[] = {0.7, -0.01, 30, 1e-4};
  for (size_t i = 0; i < 4; i++) {
    double x = points[i], s = fabs(x);
    for (int whole = 0; whole < 2; whole++) {
      const gchk_ladder ladder = {.whole = whole == 1};
      probe_line_init(&probe, nothing, 3, x);
      ck_assert_int_eq(gchk_differentiate(&probe.line, &ladder, probe.work, found, NULL), GCHK_OK);
      ck_assert(found[0].is_flat && found[0].is_exact_zero);
      // The largest output is 5; the largest step at least s/16.
      ck_assert_double_gt(found[0].hidden, 0);
      ck_assert_double_le(found[0].hidden, 2 * 0x1p-53 * 5 / (s / 16));

      dead_until = x + 2 * s;
      probe_line_init(&probe, rectified, 3, x);
      probe.calls = 0;
      ck_assert_int_eq(gchk_differentiate(&probe.line, &ladder, probe.work, found, NULL), GCHK_OK);
      if (s < 0.05) { // steps of an eighth pass it
        ck_assert(!found[0].is_exact_zero);
        assert_covers(&found[0], 0);
        continue;
      }
      ck_assert(found[0].is_flat && !found[0].is_exact_zero);
      ck_assert_double_gt(found[0].hidden, 0);
      if (whole == 0)
        ck_assert_uint_le(probe.calls, 8);

      dead_until = x - s;
      probe_line_init(&probe, rectified, 3, x);
      ck_assert_int_eq(gchk_differentiate(&probe.line, &ladder, probe.work, found, NULL), GCHK_OK);
      ck_assert(!found[0].is_flat && !found[0].is_exact_zero && found[0].hidden == 0);
    }
  }
}
END_TEST

/* A judgement afresh: whatever start it is given, the whole ladder says the same. */
START_TEST(the_whole_ladder_ignores_the_start) {
  static probe_line probe;
  static gchk_derivative other[GCHK_MAX_DRAWS];
  static const double starts[] = {1e-9, 1e-4, 0.1, 100};
  probe_line_init(&probe, waves, 9, 0.8);
  gchk_ladder whole = {.whole = true};
  ck_assert_int_eq(gchk_differentiate(&probe.line, &whole, probe.work, found, NULL), GCHK_OK);
  for (size_t i = 0; i < 4; i++) {
    whole.start = starts[i];
    whole.seek_best = i % 2 == 0;
    ck_assert_int_eq(gchk_differentiate(&probe.line, &whole, probe.work, other, NULL), GCHK_OK);
    ck_assert_double_eq(other[0].value, found[0].value);
    ck_assert_double_eq(other[0].bound, found[0].bound);
    ck_assert_uint_eq(other[0].rung_count, found[0].rung_count);
  }
}
END_TEST

/* Where truncation shows, extrapolation takes most of it; where it does not, nothing is extrapolated. */
START_TEST(extrapolation_takes_truncation_away) {
  static probe_line probe;
  const gchk_ladder high = {.start = 0x1p-9};
  for (int k = 0; k < 20; k++) {
    probe_line_init(&probe, exponential, 1, 0.5 + 0.1 * k);
    ck_assert_int_eq(gchk_differentiate(&probe.line, &high, probe.work, found, NULL), GCHK_OK);
    ck_assert(found[0].is_extrapolated);
    double exact = exp(probe.line.x);
    assert_covers(&found[0], exact);
    const gchk_rung *chosen = &found[0].rungs[found[0].chosen];
    ck_assert_double_lt(fabs(found[0].value - exact), fabs(chosen->difference - exact) / 2 + chosen->rounding);
  }
  probe_line_init(&probe, affine, 20, 0.5);
  probe_line_run(&probe, found);
  ck_assert(!found[0].is_extrapolated);
}
END_TEST

TCase *differentiate_tests(void) {
  TCase *tests = tcase_create("differentiate");
  tcase_add_test(tests, a_smooth_function_takes_six_evaluations);
  tcase_add_test(tests, a_linear_function_is_verified_to_the_last_digits);
  tcase_add_test(tests, a_bad_hint_does_no_harm);
  tcase_add_test(tests, two_draws_share_their_evaluations);
  tcase_add_test(tests, the_jacobian_row_is_that_of_the_chosen_step);
  tcase_add_test(tests, a_function_that_does_not_move_is_flat);
  tcase_add_test(tests, a_minimum_has_slope_zero_within_a_small_bound);
  tcase_add_test(tests, an_offset_costs_no_more_than_forward_lost);
  tcase_add_test(tests, a_jump_is_not_given_a_derivative);
  tcase_add_test(tests, noise_widens_the_bound);
  tcase_add_test(tests, a_fixed_step_gives_the_plain_difference);
  tcase_add_test(tests, errors_of_the_function_are_passed_on);
  tcase_add_test(tests, a_base_from_another_way_is_taken_care_of);
  tcase_add_test(tests, only_outputs_that_move_count);
  tcase_add_test(tests, an_output_that_moves_somewhere_counts_everywhere);
  tcase_add_test(tests, far_steps_do_not_outvote_near_ones);
  tcase_add_test(tests, zeros_are_told_apart);
  tcase_add_test(tests, the_whole_ladder_ignores_the_start);
  tcase_add_test(tests, extrapolation_takes_truncation_away);
  return tests;
}
