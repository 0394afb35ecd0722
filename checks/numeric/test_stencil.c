/* One rung, against sums in quad precision and against closed forms. */
#include "numeric/quad.h"
#include "numeric/rung_formulas.h"
#include "numeric/stencil.h"
#include "numeric_tests.h"

static void ladder_state_init(gchk_ladder_state *state, probe_line *probe, gchk_derivative *derivative) {
  gchk_stencil_begin(state, &probe->line, derivative, probe->work);
}

static void offset_lines(double x, double *y, size_t count) {
  for (size_t j = 0; j < count; j++)
    y[j] = 1048576.0 * (double)(j + 1) + x * (double)(j + 1);
}

/* The offsets are a million times the differences, and cost nothing: these sums are exact in double. */
START_TEST(differences_are_taken_before_they_are_projected) {
  static probe_line probe;
  probe_line_init(&probe, offset_lines, 1000, 0.5);
  gchk_ladder_state state;
  ladder_state_init(&state, &probe, NULL);
  gchk_rung rungs[GCHK_MAX_DRAWS];
  gchk_output_sizes size[GCHK_MAX_DRAWS];
  bool is_flat;
  ck_assert_int_eq(gchk_stencil(&state, 0x1p-6, rungs, size, &is_flat, NULL), GCHK_OK);
  quad exact = 0, sum = 0, squares = 0;
  for (size_t j = 0; j < 1000; j++) {
    exact += (quad)probe.v[0][j] * (quad)(j + 1);
    quad p = (quad)fabs(probe.v[0][j]) * (quad)(1048576.0 * (double)(j + 1) + (0.5 + 0x1p-6) * (double)(j + 1));
    sum += p;
    squares += p * p;
  }
  double error = (double)((quad)rungs[0].difference - exact);
  ck_assert_double_le(fabs(error), 1e-15 * fabs((double)exact));
  ck_assert_double_eq_tol(rungs[0].slope_plus, (double)exact, 1e-14 * fabs((double)exact));
  ck_assert_double_eq_tol(rungs[0].slope_minus, (double)exact, 1e-14 * fabs((double)exact));
  ck_assert(!is_flat);
  // R = 2 eps/(h+ + h-) with the root of the sum of squares, six times, which is less than the sum here.
  double eps = 0x1p-53 * 6 * sqrt((double)squares);
  ck_assert_double_lt(eps, 0x1p-53 * (double)sum);
  ck_assert_double_eq_tol(rungs[0].rounding, eps / 0x1p-6 + 4 * 0x1p-53 * fabs((double)exact), 1e-6 * eps / 0x1p-6);
}
END_TEST

static void sixteenth(double x, double *y, size_t count) {
  (void)count;
  y[0] = x * x * x;
}

START_TEST(the_formula_holds_with_the_steps_really_taken) {
  static probe_line probe;
  probe_line_init(&probe, sixteenth, 1, 3);
  probe_line_as_float(&probe);
  probe.line.x = 3;
  gchk_ladder_state state;
  ladder_state_init(&state, &probe, NULL);
  gchk_rung rung[GCHK_MAX_DRAWS];
  gchk_output_sizes size[GCHK_MAX_DRAWS];
  bool is_flat;
  // 1e-3 is not a float step: what is divided by must be what was added.
  ck_assert_int_eq(gchk_stencil(&state, 1e-3, rung, size, &is_flat, NULL), GCHK_OK);
  float plus = (float)(3 + 1e-3), minus = (float)(3 - 1e-3);
  ck_assert_double_eq(rung[0].step_plus, (double)plus - 3);
  ck_assert_double_eq(rung[0].step_minus, 3 - (double)minus);
  double up = (double)(float)((double)plus * (double)plus * (double)plus);
  double down = (double)(float)((double)minus * (double)minus * (double)minus);
  ck_assert_double_eq(rung[0].difference, (up - down) / ((double)plus - (double)minus));
  ck_assert_double_eq(rung[0].slope_plus, (up - 27) / ((double)plus - 3));
  ck_assert_double_eq(rung[0].slope_minus, (27 - down) / (3 - (double)minus));
  probe.line.sigma[0] = 0.25; // noise beyond rounding takes its place
  ck_assert_int_eq(gchk_stencil(&state, 1e-3, rung, size, &is_flat, NULL), GCHK_OK);
  ck_assert_double_eq_tol(rung[0].rounding, 2 * 4 * 0.25 / ((double)plus - (double)minus), 1e-3);
}
END_TEST

static void edge(double x, double *y, size_t count) {
  (void)count;
  y[0] = sqrt(x);
}

START_TEST(a_side_that_is_not_finite_leaves_the_other) {
  static probe_line probe;
  probe_line_init(&probe, edge, 1, 0);
  gchk_ladder_state state;
  ladder_state_init(&state, &probe, NULL);
  gchk_rung rung[GCHK_MAX_DRAWS];
  gchk_output_sizes size[GCHK_MAX_DRAWS];
  bool is_flat;
  ck_assert_int_eq(gchk_stencil(&state, 0.25, rung, size, &is_flat, NULL), GCHK_OK);
  ck_assert(isnan(rung[0].difference) && isnan(rung[0].slope_minus));
  ck_assert_double_eq(rung[0].slope_plus, 2);
  ck_assert(isfinite(rung[0].rounding));
}
END_TEST

static void slope_three(double x, double *y, size_t count) {
  (void)count;
  y[0] = 3 * x;
}

START_TEST(slopes_are_corrected_when_the_base_is_evaluated_again) {
  static probe_line probe;
  static gchk_derivative derivative[GCHK_MAX_DRAWS];
  probe_line_init(&probe, slope_three, 1, 2);
  probe.y0[0] += 0x1p-20; // came another way
  probe.line.y0_is_exact = false;
  gchk_ladder_state state;
  ladder_state_init(&state, &probe, derivative);
  gchk_output_sizes size[GCHK_MAX_DRAWS];
  ck_assert_int_eq(gchk_stencil(&state, 0.25, derivative[0].rungs, size, &state.is_flat[0], NULL), GCHK_OK);
  state.count = 1;
  ck_assert_double_ne(derivative[0].rungs[0].slope_plus, 3);
  size_t calls = probe.calls;
  ck_assert_int_eq(gchk_stencil_base(&state, NULL), GCHK_OK);
  ck_assert_double_eq(derivative[0].rungs[0].slope_plus, 3);
  ck_assert_double_eq(derivative[0].rungs[0].slope_minus, 3);
  ck_assert_int_eq(gchk_stencil_base(&state, NULL), GCHK_OK);
  ck_assert_uint_eq(probe.calls, calls + 1);
}
END_TEST

static void step_function(double x, double *y, size_t count) {
  (void)count;
  y[0] = floor(x);
}

START_TEST(flat_means_not_one_bit) {
  static probe_line probe;
  probe_line_init(&probe, step_function, 1, 2.5);
  gchk_ladder_state state;
  ladder_state_init(&state, &probe, NULL);
  gchk_rung rung[GCHK_MAX_DRAWS];
  gchk_output_sizes size[GCHK_MAX_DRAWS];
  bool is_flat;
  ck_assert_int_eq(gchk_stencil(&state, 0.25, rung, size, &is_flat, NULL), GCHK_OK);
  ck_assert(is_flat);
  ck_assert_double_gt(rung[0].rounding, 0); // it may move by less than its spacing
  ck_assert_int_eq(gchk_stencil(&state, 0.5, rung, size, &is_flat, NULL), GCHK_OK);
  ck_assert(!is_flat);
}
END_TEST

/* The sum to the last bit, whatever is how small beside the other. */
START_TEST(underflow_is_added_as_it_is) {
  static const double units[] = {0x1p-53, 0x1p-24}, etas[] = {0x1p-1074, 0x1p-149};
  for (size_t u = 0; u < 2; u++)
    for (int e = -1074; e < 1024; e++)
      for (int w = -300; w < 300; w += 7) {
        const double eps = ldexp(1 + 0x1.8p-52, e), weight = ldexp(1.25, w);
        const double sum = gchk_with_underflow(eps, units[u], weight);
        ck_assert(sum == eps + etas[u] * weight);
      }
  ck_assert(gchk_with_underflow(0, 0x1p-53, 0) == 0 && gchk_with_underflow(0, 0x1p-53, 1) == 0x1p-1074);
  ck_assert(isnan(gchk_with_underflow((double)NAN, 0x1p-53, 1)) && isnan(gchk_with_underflow(1, 0x1p-53, (double)NAN)));
}
END_TEST

/* Of 1000 outputs some move; a line that has those alone, and some of the others, has the same sum to the last bit. */
START_TEST(a_line_of_some_outputs_sums_as_that_of_all) {
  enum { ALL = 1000 };
  static probe_line probe;
  static double y[ALL], v[ALL], base[ALL], some_y[ALL], some_v[ALL], some_base[ALL];
  static size_t place[ALL];
  const size_t strides[] = {1, 3, 17, 64, 301};
  for (size_t s = 0; s < sizeof strides / sizeof strides[0]; s++) {
    size_t count = 0;
    for (size_t j = 0; j < ALL; j++) {
      const bool moves = j % strides[s] == 0;
      base[j] = noise_at(0.5, j) * exp2((double)(j % 40));
      v[j] = noise_at(0.25, j);
      y[j] = moves ? base[j] * (1 + noise_at(0.125, j)) : base[j];
      if (!moves && j % 5 != 0)
        continue;
      place[count] = j;
      some_base[count] = base[j];
      some_v[count] = v[j];
      some_y[count++] = y[j];
    }
    probe.line = (gchk_line){.output_count = count, .place = place};
    const double of_some = gchk_line_project(&probe.line, some_v, some_y, some_base);
    ck_assert_double_eq(of_some, gchk_project(v, y, base, ALL));
    probe.line = (gchk_line){.output_count = ALL};
    ck_assert_double_eq(of_some, gchk_line_project(&probe.line, v, y, base));
  }
}
END_TEST

TCase *stencil_tests(void) {
  TCase *tests = tcase_create("stencil");
  tcase_add_test(tests, differences_are_taken_before_they_are_projected);
  tcase_add_test(tests, the_formula_holds_with_the_steps_really_taken);
  tcase_add_test(tests, a_side_that_is_not_finite_leaves_the_other);
  tcase_add_test(tests, slopes_are_corrected_when_the_base_is_evaluated_again);
  tcase_add_test(tests, flat_means_not_one_bit);
  tcase_add_test(tests, underflow_is_added_as_it_is);
  tcase_add_test(tests, a_line_of_some_outputs_sums_as_that_of_all);
  return tests;
}
