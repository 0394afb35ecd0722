/* The error over the best possible one: of numbers rounded to float by a cast, and off by a known number of spacings. */
#include "check/best_error.h"

#include <math.h>
#include <string.h>

#include "check_tests.h"

enum { N = 1000 };

static void make(double *exact) {
  for (size_t i = 0; i < N; i++)
    exact[i] = 3 * sin(1.7 * (double)i + 0.3);
}

START_TEST(the_best_result_has_at_most_one_and_not_much_less) {
  double exact[N], best[N];
  make(exact);
  for (size_t i = 0; i < N; i++)
    best[i] = (double)(float)exact[i];
  const double ratio = gchk_best_error(best, exact, N, 0x1p-24);
  ck_assert_double_le(ratio, 1);
  ck_assert_double_gt(ratio, 0.9); // of a thousand numbers some lie in the middle of two floats
}
END_TEST

START_TEST(it_counts_half_spacings_of_the_largest) {
  double exact[N], analytic[N];
  make(exact);
  for (int power = -900; power <= 900; power += 300) {
    for (size_t i = 0; i < N; i++)
      analytic[i] = ldexp(exact[i], power);
    double scaled[N];
    memcpy(scaled, analytic, sizeof scaled);
    analytic[7] += ldexp(10 * 0x1p-8 * 2, power); // the largest lies in [2, 4): half a spacing is 2 u
    ck_assert_double_eq_tol(gchk_best_error(analytic, scaled, N, 0x1p-8), 10, 1e-9);
    ck_assert_double_eq(gchk_best_error(scaled, scaled, N, 0x1p-8), 0);
  }
}
END_TEST

START_TEST(what_cancels_is_measured_beside_its_tensor) {
  const double exact[] = {2, 1e-9}, analytic[] = {2, 3e-9};
  ck_assert_double_lt(gchk_best_error(analytic, exact, 2, 0x1p-24), 1);
}
END_TEST

START_TEST(without_a_spacing_there_is_no_ratio) {
  const double zero[] = {0, 0}, bad[] = {(double)NAN, (double)INFINITY}, one[] = {1, 2};
  ck_assert(isnan(gchk_best_error(one, zero, 2, 0x1p-24)));
  ck_assert(isnan(gchk_best_error(one, bad, 2, 0x1p-24)));
  ck_assert(isnan(gchk_best_error(bad, one, 2, 0x1p-24)));
}
END_TEST

TCase *best_error_tests(void) {
  TCase *tests = tcase_create("best_error");
  tcase_add_test(tests, the_best_result_has_at_most_one_and_not_much_less);
  tcase_add_test(tests, it_counts_half_spacings_of_the_largest);
  tcase_add_test(tests, what_cancels_is_measured_beside_its_tensor);
  tcase_add_test(tests, without_a_spacing_there_is_no_ratio);
  return tests;
}
