/* ECNoise, against noise of known size, and against functions that have none. */
#include "numeric/noise.h"

#include <float.h>

#include "numeric/differentiate.h"
#include "numeric/steps.h"
#include "numeric_tests.h"

static double amplitude;

static void noisy(double x, double *y, size_t count) {
  for (size_t j = 0; j < count; j++)
    y[j] = sin(x + (double)j) + amplitude * noise_at(x, j);
}

static double measure(probe_line *probe) {
  double sigma[GCHK_MAX_DRAWS] = {-1, -1};
  probe->calls = 0;
  ck_assert_int_eq(gchk_measure_noise(&probe->line, probe->work, sigma, NULL, NULL), GCHK_OK);
  return sigma[0];
}

static const double amplitudes[] = {1e-13, 1e-11, 1e-9, 1e-7, 1e-5};

/* Uniform noise of amplitude A has sigma = A/sqrt(3). */
START_TEST(noise_of_known_size_is_found) {
  static probe_line probe;
  amplitude = amplitudes[_i];
  for (int k = 0; k < 20; k++) {
    probe_line_init(&probe, noisy, 1, 0.37 + 0.21 * k);
    double sigma = measure(&probe), exact = amplitude / sqrt(3);
    ck_assert_msg(sigma > exact / 4 && sigma < exact * 4, "%g for %g at %g", sigma, exact, probe.line.x);
    ck_assert_uint_le(probe.calls, 24 * 3);
  }
}
END_TEST

/* Independent noise of m outputs adds up as the root of the sum of squares. */
START_TEST(noise_is_that_of_the_projection) {
  static probe_line probe;
  amplitude = 1e-9;
  probe_line_init(&probe, noisy, 400, 0.9);
  probe.line.draw_count = 2;
  double sigma[GCHK_MAX_DRAWS];
  ck_assert_int_eq(gchk_measure_noise(&probe.line, probe.work, sigma, NULL, NULL), GCHK_OK);
  for (size_t d = 0; d < 2; d++) {
    double squares = 0;
    for (size_t j = 0; j < 400; j++)
      squares += probe.v[d][j] * probe.v[d][j];
    double exact = amplitude / sqrt(3) * sqrt(squares);
    ck_assert_msg(sigma[d] > exact / 4 && sigma[d] < exact * 4, "%g for %g", sigma[d], exact);
  }
}
END_TEST

static void exponential(double x, double *y, size_t count) {
  (void)count;
  y[0] = exp(x);
}

START_TEST(rounding_is_found_as_such) {
  static probe_line probe;
  for (int k = 0; k < 20; k++) {
    probe_line_init(&probe, exponential, 1, -3 + 0.31 * k);
    double sigma = measure(&probe), spacing = 0x1p-53 * probe.y0[0];
    ck_assert_msg(sigma < 2 * spacing, "%g where rounding is %g", sigma, spacing);
  }
}
END_TEST

static void cube(double x, double *y, size_t count) {
  (void)count;
  y[0] = x * x * x;
}
static void doubled(double x, double *y, size_t count) {
  (void)count;
  y[0] = 2 * x;
}
static void constant(double x, double *y, size_t count) {
  (void)x;
  (void)count;
  y[0] = 42;
}
static void corner(double x, double *y, size_t count) {
  (void)count;
  y[0] = fabs(x - 1) + x * x;
}
static void wave(double x, double *y, size_t count) {
  (void)count;
  y[0] = sin(1000 * x);
}
static void huge(double x, double *y, size_t count) {
  (void)count;
  y[0] = 1e300 * sin(x);
}

START_TEST(what_is_not_noise_is_not_taken_for_it) {
  static const struct {
    void (*function)(double, double *, size_t);
    double x, most; /* in units of the rounding of the output; the wave's argument is rounded to u 1000 x itself */
  } cases[] = {{cube, 0.7, 4},   {doubled, 0.3, 4},           {constant, 5, 0},
               {corner, 1, 100}, {corner, 1.0000000001, 100}, {corner, 0.99999, 8},
               {wave, 0.3, 700}, {wave, 1.7, 3500},           {huge, 0.3, 4}};
  static probe_line probe;
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    probe_line_init(&probe, cases[i].function, 1, cases[i].x);
    double sigma = measure(&probe);
    ck_assert_msg(sigma <= cases[i].most * 0x1p-53 * fabs(probe.y0[0]), "case %zu: %g", i, sigma);
    ck_assert(isfinite(sigma));
  }
}
END_TEST

static void stairs(double x, double *y, size_t count) {
  (void)count;
  y[0] = (double)sinf((float)x);
}

/* A float inside a double: steps of 2^-24 relative, and values that tie at close spacing. */
START_TEST(the_steps_of_a_staircase_are_noise) {
  static probe_line probe;
  for (int k = 0; k < 20; k++) {
    probe_line_init(&probe, stairs, 1, 0.41 + 0.13 * k);
    double sigma = measure(&probe);
    ck_assert_msg(sigma > 1e-9 && sigma < 3e-7, "%g at %g", sigma, probe.line.x);
  }
}
END_TEST

START_TEST(float_rounding_is_found) {
  static probe_line probe;
  for (int k = 0; k < 20; k++) {
    probe_line_init(&probe, exponential, 1, -3 + 0.31 * k);
    probe_line_as_float(&probe);
    double sigma = measure(&probe), unit = 0x1p-24 * probe.y0[0];
    ck_assert_msg(sigma > 0.05 * unit && sigma < 2 * unit, "%g where rounding is %g", sigma, unit);
  }
}
END_TEST

START_TEST(errors_of_the_function_are_passed_on) {
  static probe_line probe;
  amplitude = 1e-9;
  probe_line_init(&probe, noisy, 1, 0.9);
  for (size_t at = 1; at <= 6; at++) {
    double sigma[GCHK_MAX_DRAWS];
    gchk_error error;
    probe.calls = 0;
    probe.fails_at = at;
    ck_assert_int_eq(gchk_measure_noise(&probe.line, probe.work, sigma, NULL, &error), GCHK_LAYER_FAILED);
  }
}
END_TEST

/* Flat up to a corner on one side, where the values tie at every spacing that does not reach it. */
static double corner_at;
static void clamped(double x, double *y, size_t count) {
  for (size_t j = 0; j < count; j++)
    y[j] = j > 0 ? 0.3 + (double)j : x < corner_at ? corner_at : x;
}
static void steep_clamped(double x, double *y, size_t count) {
  (void)count;
  y[0] = 2 + (x > corner_at ? 7 * (x - corner_at) : 0);
}

/* As a clamp beside its corner: no noise, and the element says that it is no place to measure any. */
START_TEST(a_corner_beside_flat_ground_is_no_noise) {
  static const double ways[] = {1e-6, 1e-4, 1e-3, 0.0083, 0.02, 0.05};
  static probe_line probe;
  for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++)
    for (int kind = 0; kind < 2; kind++) {
      corner_at = kind == 0 ? -1 : 1;
      probe_line_init(&probe, kind == 0 ? clamped : steep_clamped, kind == 0 ? 35 : 1,
                      kind == 0 ? -1 - ways[i] : 1 - ways[i]);
      probe.line.scale = 3;
      double sigma[GCHK_MAX_DRAWS];
      bool is_smooth[GCHK_MAX_DRAWS];
      ck_assert_int_eq(gchk_measure_noise(&probe.line, probe.work, sigma, is_smooth, NULL), GCHK_OK);
      ck_assert_msg(sigma[0] <= 16 * 0x1p-53 * 40, "%g at %g from the corner", sigma[0], ways[i]);
      ck_assert_msg(!is_smooth[0], "kind %d, %g from the corner: sigma %g, %zu calls", kind, ways[i], sigma[0],
                    probe.calls);
    }
}
END_TEST

START_TEST(smooth_elements_are_told_from_others) {
  static probe_line probe;
  static const struct {
    void (*function)(double, double *, size_t);
    double x;
    bool is_smooth;
  } cases[] = {{exponential, 0.4, true}, {cube, 0.7, true},  {noisy, 0.9, true},
               {constant, 5, false},     {corner, 1, false}, {corner, 1.0000000001, false},
               {doubled, 0.3, true},     {corner, 0.5, true}};
  amplitude = 1e-11;
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    probe_line_init(&probe, cases[i].function, 1, cases[i].x);
    double sigma[GCHK_MAX_DRAWS];
    bool is_smooth[GCHK_MAX_DRAWS] = {false, false};
    ck_assert_int_eq(gchk_measure_noise(&probe.line, probe.work, sigma, is_smooth, NULL), GCHK_OK);
    ck_assert_msg(is_smooth[0] == cases[i].is_smooth, "case %zu", i);
  }
}
END_TEST

static const double unit_of_bits[] = {0x1p-53, 0x1p-24, 0x1p-11, 0x1p-8};
static double unit_here;
static void strict(double x, double *y, size_t count) {
  ck_assert(isfinite(x));
  ck_assert_double_eq(gchk_step_to(x, 0, unit_here), x);
  for (size_t j = 0; j < count; j++)
    y[j] = x * (1 + 0.25 * (double)j) / 8;
}
static void strict_constant(double x, double *y, size_t count) {
  ck_assert(isfinite(x));
  for (size_t j = 0; j < count; j++)
    y[j] = 3;
}
static void strict_edge(double x, double *y, size_t count) {
  ck_assert(isfinite(x));
  for (size_t j = 0; j < count; j++)
    y[j] = exp(x) + sqrt(x);
}

/* Whatever the variable is, the function sees finite numbers of its type. */
START_TEST(the_function_never_sees_infinities) {
  static const double points[] = {0,     1,      -0.3,   0x1p-149,  0x1p-126, 1e-40,   0x1p127,  (double)FLT_MAX,
                                  1e300, -1e300, 1e-310, 0x1p-1074, DBL_MIN,  DBL_MAX, -DBL_MAX, -(double)FLT_MAX};
  static const double scales[] = {0, 1e-300, 1e-45, 1e-9, 1, 1e30, 1e38, 1e308, DBL_MAX};
  static void (*const functions[])(double, double *, size_t) = {strict, strict_constant, strict_edge};
  static probe_line probe;
  static gchk_derivative found[GCHK_MAX_DRAWS];
  unit_here = unit_of_bits[_i];
  for (size_t p = 0; p < sizeof points / sizeof points[0]; p++)
    for (size_t s = 0; s < sizeof scales / sizeof scales[0]; s++)
      for (size_t f = 0; f < 3; f++) {
        double x = gchk_step_to(points[p], 0, unit_here);
        if (!isfinite(x))
          continue;
        probe_line_init(&probe, functions[f], 3, x);
        probe.line.variable_unit = unit_here;
        probe.line.output_unit = 0x1p-53;
        probe.line.scale = scales[s];
        double sigma[GCHK_MAX_DRAWS];
        ck_assert_int_eq(gchk_measure_noise(&probe.line, probe.work, sigma, NULL, NULL), GCHK_OK);
        ck_assert(isfinite(sigma[0]));
        for (int kind = 0; kind < 4; kind++) {
          const gchk_ladder ladders[] = {{0}, {.whole = true}, {.seek_best = true}, {.fixed_step = 1e-4}};
          ck_assert_int_eq(gchk_differentiate(&probe.line, &ladders[kind], probe.work, found, NULL), GCHK_OK);
        }
      }
}
END_TEST

START_TEST(a_point_that_is_no_number_is_not_evaluated) {
  static const double points[] = {(double)NAN, HUGE_VAL, -HUGE_VAL};
  static probe_line probe;
  static gchk_derivative found[GCHK_MAX_DRAWS];
  probe_line_init(&probe, strict_constant, 3, 1);
  for (size_t p = 0; p < 3; p++) {
    probe.line.x = points[p];
    probe.calls = 0;
    double sigma[GCHK_MAX_DRAWS];
    const gchk_ladder ladder = {0};
    ck_assert_int_eq(gchk_measure_noise(&probe.line, probe.work, sigma, NULL, NULL), GCHK_OK);
    ck_assert_int_eq(gchk_differentiate(&probe.line, &ladder, probe.work, found, NULL), GCHK_OK);
    ck_assert_int_eq(found[0].smoothness, GCHK_UNDEFINED);
    ck_assert_uint_eq(probe.calls, 0);
  }
}
END_TEST

TCase *noise_tests(void) {
  TCase *tests = tcase_create("noise");
  tcase_add_loop_test(tests, noise_of_known_size_is_found, 0, sizeof amplitudes / sizeof amplitudes[0]);
  tcase_add_test(tests, noise_is_that_of_the_projection);
  tcase_add_test(tests, rounding_is_found_as_such);
  tcase_add_test(tests, what_is_not_noise_is_not_taken_for_it);
  tcase_add_test(tests, the_steps_of_a_staircase_are_noise);
  tcase_add_test(tests, float_rounding_is_found);
  tcase_add_test(tests, errors_of_the_function_are_passed_on);
  tcase_add_test(tests, a_corner_beside_flat_ground_is_no_noise);
  tcase_add_test(tests, smooth_elements_are_told_from_others);
  tcase_add_loop_test(tests, the_function_never_sees_infinities, 0, sizeof unit_of_bits / sizeof unit_of_bits[0]);
  tcase_add_test(tests, a_point_that_is_no_number_is_not_evaluated);
  return tests;
}
