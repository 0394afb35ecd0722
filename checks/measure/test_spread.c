/* The spread of repeated calls: against the standard deviation of the noise that was put in, and against nothing. */
#include "measure/spread.h"

#include "measure/sum_layer.h"
#include "measure/work_fixture.h"
#include "measure_tests.h"

static void open(work_fixture *f, const gchk_layer *layer, int habit, double amount, bool is_backward) {
  const double options[SUM_OPTIONS] = {
      [SUM_HABIT] = habit, [SUM_PERIOD] = 1, [SUM_AMOUNT] = amount, [SUM_BACKWARD] = is_backward};
  const gchk_case spec = {.name = "sum", .layer = layer, .sizes = "N=20 C=3", .options = options};
  work_fixture_open(f, &spec, NULL);
}

START_TEST(an_exact_layer_costs_three_forwards) {
  work_fixture f;
  gchk_spread spread;
  open(&f, _i == 0 ? &sum_f64 : &sum_f32, SUM_EXACT, 0, false);
  const uint64_t before = f.work.instance->forward_calls;
  ck_assert_int_eq(gchk_measure_spread(&f.work, &spread, NULL), GCHK_OK);
  ck_assert(spread.is_exact);
  ck_assert_uint_eq(f.work.instance->forward_calls, before + 3);
  ck_assert_ptr_null(spread.output);
  ck_assert_ptr_null(spread.change[0]);
  ck_assert_double_eq(spread.sigma[0], 0);
  work_fixture_close(&f);
}
END_TEST

// Of w_c sum (1 + a uniform(-1, 1)): deviation a |y_c|/sqrt(3), and of the projection the root of the sum of squares.
START_TEST(sigma_is_that_of_the_noise) {
  static const double amount = 1e-6;
  work_fixture f;
  gchk_spread spread;
  open(&f, &sum_f64, SUM_NOISE, amount, false);
  ck_assert_int_eq(gchk_measure_spread(&f.work, &spread, NULL), GCHK_OK);
  ck_assert(!spread.is_exact);
  for (size_t d = 0; d < f.work.draw_count; d++) {
    double variance = 0;
    for (size_t j = 0; j < f.work.output_count; j++)
      variance += pow(f.work.v[d][j] * f.work.y[j] * amount, 2) / 3;
    // All changes are from one call, whose own noise is in each; and 16 of them are divided by 2 x 8.
    ck_assert_double_gt(spread.sigma[d], 0.5 * sqrt(variance));
    ck_assert_double_lt(spread.sigma[d], 3 * sqrt(variance));
  }
  for (size_t j = 0; j < f.work.output_count; j++) {
    ck_assert_double_gt(spread.output[j], 0.05 * amount * fabs(f.work.y[j]));
    ck_assert_double_lt(spread.output[j], 2 * amount * fabs(f.work.y[j]) * (1 + 1e-5));
  }
  const size_t w = 1; // the second of the tensors: its backward is exact
  ck_assert_uint_eq(f.work.tensors[w].total, 3);
  for (size_t d = 0; d < f.work.draw_count; d++)
    for (size_t e = 0; e < 3; e++)
      ck_assert_double_eq(spread.change[d][w][e], 0);
  work_fixture_close(&f);
}
END_TEST

START_TEST(changes_are_those_of_the_gradient_that_varies) {
  work_fixture f;
  gchk_spread spread;
  // Another order may well give the same sums; not so every time.
  enum { TIMES = 20 };
  for (size_t n = 0;; n++) {
    open(&f, &sum_f32, SUM_REORDERS, 0, true);
    ck_assert_int_eq(gchk_measure_spread(&f.work, &spread, NULL), GCHK_OK);
    if (!spread.is_exact)
      break;
    work_fixture_close(&f);
    ck_assert_uint_lt(n, TIMES);
  }
  double most = 0;
  for (size_t d = 0; d < f.work.draw_count; d++) {
    ck_assert_double_eq(spread.sigma[d], 0); // forward is exact
    for (size_t e = 0; e < f.work.tensors[0].total; e++)
      ck_assert_double_eq(spread.change[d][0][e], 0); // no sum
    for (size_t e = 0; e < 3; e++) {
      double terms = 0; // n u sum |terms| is what any two orders of n terms can differ by, twice
      for (size_t n = 0; n < 20; n++)
        terms += fabs(gchk_tensor_get(&f.work.instance->t[0], f.work.instance->t[0].value, 3 * n + e));
      ck_assert_double_le(spread.change[d][1][e], 2 * 21 * 0x1p-24 * terms * fabs(f.work.v[d][e]));
      most = fmax(most, spread.change[d][1][e]);
    }
  }
  ck_assert_double_gt(most, 0);
  work_fixture_close(&f);
}
END_TEST

TCase *spread_tests(void) {
  TCase *tests = tcase_create("spread");
  tcase_add_loop_test(tests, an_exact_layer_costs_three_forwards, 0, 2);
  tcase_add_test(tests, sigma_is_that_of_the_noise);
  tcase_add_test(tests, changes_are_those_of_the_gradient_that_varies);
  return tests;
}
