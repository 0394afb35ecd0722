/* What excuses a g that is beyond the bound, and what must not. */
#include "numeric/contradiction.h"
#include "numeric/differentiate.h"
#include "numeric/noise.h"
#include "numeric_tests.h"

static gchk_derivative found[GCHK_MAX_DRAWS];
static double kink_at, steep;

static void beside_a_kink(double x, double *y, size_t count) {
  (void)count;
  y[0] = x * x / 4 + (x > kink_at ? steep * (x - kink_at) : 0);
}

static void run_whole(probe_line *probe) {
  const gchk_ladder whole = {.whole = true};
  ck_assert_int_eq(gchk_differentiate(&probe->line, &whole, probe->work, found, NULL), GCHK_OK);
}

/* The rungs that a kink has spoilt, taken for converged: as if they had outvoted the smaller ones. */
static bool spoil(double distance, double error) {
  for (size_t k = 0; k + 3 < found[0].rung_count; k++) {
    if (found[0].rungs[k].step_plus > 4 * distance && found[0].rungs[k + 1].step_plus <= 4 * distance) {
      found[0].chosen = k;
      found[0].value = found[0].rungs[k].difference;
      found[0].bound = error;
      found[0].step = found[0].rungs[k].step_plus;
      found[0].smoothness = GCHK_SMOOTH;
      return true;
    }
  }
  return false;
}

static const double distances[] = {1e-2, 1e-4, 1e-6};

START_TEST(steps_within_the_way_to_a_kink_speak_for_the_right_value) {
  static probe_line probe;
  for (int side = -1; side <= 1; side += 2) {
    double d = distances[_i];
    kink_at = 0.7 + side * d;
    steep = 0.5;
    probe_line_init(&probe, beside_a_kink, 1, 0.7);
    run_whole(&probe);
    double exact = 0.35 + (side < 0 ? steep : 0);
    ck_assert(spoil(d, 1e-6));
    ck_assert_double_gt(fabs(found[0].value - exact), 0.05);
    ck_assert(gchk_derivative_is_contradicted(&found[0], exact, 0));
    // What neither a side nor a small step measured is wrong all the same.
    ck_assert(!gchk_derivative_is_contradicted(&found[0], 2 * exact, 0));
    ck_assert(!gchk_derivative_is_contradicted(&found[0], -exact, 0));
    ck_assert(!gchk_derivative_is_contradicted(&found[0], (double)NAN, 0));
  }
}
END_TEST

static void exponential(double x, double *y, size_t count) {
  (void)count;
  y[0] = exp(3 * x);
}
static void quartic(double x, double *y, size_t count) {
  (void)count;
  y[0] = x * x * x * x + x * x;
}
static void wave(double x, double *y, size_t count) {
  (void)count;
  y[0] = sin(20 * x) + 3 * x;
}
static void many(double x, double *y, size_t count) {
  for (size_t j = 0; j < count; j++)
    y[j] = tanh(x * (1 + (double)j)) + cos((double)j + x);
}

/* Curvature makes the one-sided slopes pass through any value as the step falls: no wrong g may find itself there. */
START_TEST(a_wrong_value_of_a_smooth_function_is_never_excused) {
  static const struct {
    void (*function)(double, double *, size_t);
    size_t count;
  } cases[] = {{exponential, 1}, {quartic, 1}, {wave, 1}, {many, 20}};
  static probe_line probe;
  for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++)
    for (int is_float = 0; is_float < 2; is_float++)
      for (int whole = 0; whole < 2; whole++)
        for (int p = 0; p < 12; p++) {
          probe_line_init(&probe, cases[c].function, cases[c].count, -1.1 + 0.23 * p);
          if (is_float)
            probe_line_as_float(&probe);
          if (whole)
            run_whole(&probe);
          else
            probe_line_run(&probe, found);
          if (found[0].smoothness != GCHK_SMOOTH)
            continue;
          // From just beyond the judge's three error bars to far off, both ways.
          for (int e = 0; e < 400; e++) {
            double away = 3.2 * found[0].bound * pow(10, 0.03 * e);
            for (int sign = -1; sign <= 1; sign += 2)
              ck_assert_msg(!gchk_derivative_is_contradicted(&found[0], found[0].value + sign * away, 0),
                            "case %zu at %g: %g off %g +- %g", c, probe.line.x, sign * away, found[0].value,
                            found[0].bound);
          }
        }
}
END_TEST

static void stairs(double x, double *y, size_t count) {
  (void)count;
  y[0] = (double)sinf((float)x);
}

/* The treads of a staircase have slope 0: once its noise is known that does not excuse a gradient of 0. */
START_TEST(the_treads_of_a_staircase_excuse_nothing) {
  static probe_line probe;
  for (int p = 0; p < 20; p++) {
    probe_line_init(&probe, stairs, 1, 0.31 + 0.05 * p);
    ck_assert_int_eq(gchk_measure_noise(&probe.line, probe.work, probe.line.sigma, NULL, NULL), GCHK_OK);
    run_whole(&probe);
    ck_assert_msg(!gchk_derivative_is_contradicted(&found[0], 0, 0), "at %g: %g +- %g, noise %g", probe.line.x,
                  found[0].value, found[0].bound, probe.line.sigma[0]);
  }
}
END_TEST

START_TEST(a_kink_at_the_point_has_its_own_verdict) {
  static probe_line probe;
  kink_at = 0.7;
  steep = 1;
  probe_line_init(&probe, beside_a_kink, 1, 0.7);
  run_whole(&probe);
  ck_assert_int_eq(found[0].smoothness, GCHK_KINKED);
  for (int e = 0; e < 200; e++) {
    double away = 4 * found[0].rounding * pow(10, 0.05 * e);
    ck_assert(!gchk_derivative_is_contradicted(&found[0], found[0].slope_high + away, 0));
    ck_assert(!gchk_derivative_is_contradicted(&found[0], found[0].slope_low - away, 0));
  }
}
END_TEST

static const double within = 1e-12, jumps[] = {5e-3, 5e-4, 5e-5};
static double jump, jump_at, flat_part;

/* z/max(|z|, eps) of what cancels: within eps of a point a line and what z was rounded by; a jump from further off. */
static void cancelled_over_eps(double x, double *y, size_t count) {
  (void)count;
  const double z = x - jump_at + 1e-3 * within * noise_at(x, 0);
  y[0] = 8 + flat_part * sin(x) + jump * z / fmax(fabs(z), within);
}

/* The same size with a sign of its own at every x: noise, which may be learnt. */
static void noise_of_that_size(double x, double *y, size_t count) {
  (void)count;
  y[0] = 8 + flat_part * sin(x) + jump * noise_at(x, 0);
}

/* Beyond the judge's error bars, and by nothing excused. */
static bool is_wrong(double g) {
  return found[0].smoothness == GCHK_SMOOTH && fabs(g - found[0].value) > 3 * found[0].bound + 1e-14 * fabs(g) &&
         !gchk_derivative_is_contradicted(&found[0], g, 0);
}

/* What is claimed is the slope within eps, to the noise there is, or nothing; not the 0 of larger steps. */
START_TEST(a_jump_is_not_learnt_as_noise) {
  static probe_line probe;
  jump = jumps[_i];
  for (int p = 0; p < 40; p++) {
    const double x = 0.31 + 0.05 * p;
    flat_part = p % 2;
    jump_at = x + within * 0.6 * ((p * 7 % 11) / 5.5 - 1);
    probe_line_init(&probe, cancelled_over_eps, 1, x);
    run_whole(&probe);
    const double right = flat_part * cos(x) + jump / within;
    const bool is_claimed = found[0].smoothness == GCHK_SMOOTH && found[0].bound < right / 8;
    ck_assert_msg(!is_claimed || fabs(found[0].value - right) < 0.05 * right, "at %g: %g +- %g for %g", x,
                  found[0].value, found[0].bound, right);
    ck_assert_msg(!is_claimed || is_wrong(0), "at %g: 0 is excused beside %g +- %g", x, found[0].value, found[0].bound);
  }
}
END_TEST

START_TEST(noise_of_the_size_of_a_jump_is_learnt) {
  static probe_line probe;
  flat_part = 20;
  jump = jumps[_i];
  for (int p = 0; p < 40; p++) {
    const double x = 0.31 + 0.05 * p, right = flat_part * cos(x);
    probe_line_init(&probe, noise_of_that_size, 1, x);
    run_whole(&probe);
    ck_assert_msg(!is_wrong(right), "at %g: %g +- %g for %g", x, found[0].value, found[0].bound, right);
    ck_assert_msg(is_wrong(right + 8), "at %g: %g +- %g for %g", x, found[0].value, found[0].bound, right + 8);
  }
}
END_TEST

TCase *contradiction_tests(void) {
  TCase *tests = tcase_create("contradiction");
  tcase_add_loop_test(tests, steps_within_the_way_to_a_kink_speak_for_the_right_value, 0, 3);
  tcase_add_test(tests, a_wrong_value_of_a_smooth_function_is_never_excused);
  tcase_add_test(tests, the_treads_of_a_staircase_excuse_nothing);
  tcase_add_test(tests, a_kink_at_the_point_has_its_own_verdict);
  tcase_add_loop_test(tests, a_jump_is_not_learnt_as_noise, 0, 3);
  tcase_add_loop_test(tests, noise_of_the_size_of_a_jump_is_learnt, 0, 3);
  return tests;
}
