/* Sums of squares against additions one after the other, bit for bit. */
#include "core/mean_square.h"

#include <check.h>
#include <float.h>
#include <math.h>
#include <stdbool.h>

#include "core_tests.h"
#include "gradcheck/random.h"

enum { MOST = 300 };

static double expected_sum(const double *x, size_t count, double size) {
  volatile double sum = 0;
  for (size_t i = 0; i < count; i++)
    if (isfinite(x[i]))
      sum = sum + (x[i] / size) * (x[i] / size);
  return sum;
}

static double expected_largest(const double *x, size_t count) {
  double largest = 0;
  for (size_t i = 0; i < count; i++)
    if (isfinite(x[i]))
      largest = fmax(largest, fabs(x[i]));
  return largest;
}

static void check(const double *x, size_t count) {
  const double largest = expected_largest(x, count);
  ck_assert_double_eq(gchk_largest_finite(x, count), largest);
  if (largest > 0)
    ck_assert_double_eq(gchk_sum_of_squares(x, count, largest), expected_sum(x, count, largest));
}

/* Most are 0 where `some` is, and some are not finite where `odd` is. */
static void fill(double *x, gchk_random *random, bool some, bool odd) {
  static const double others[] = {(double)NAN, HUGE_VAL, -HUGE_VAL, -0.0, DBL_MAX, -0x1p-1074};
  for (size_t i = 0; i < MOST; i++) {
    const size_t kind = gchk_random_below(random, 60);
    x[i] = some && kind > 0 ? 0 : gchk_random_signed(random) * pow(10, gchk_random_uniform(random, -20, 20));
    if (odd && kind < sizeof others / sizeof others[0])
      x[i] = others[kind];
  }
}

START_TEST(sums_are_those_of_one_number_after_the_other) {
  double x[MOST];
  gchk_random random = gchk_random_seeded(11);
  for (int trial = 0; trial < 200; trial++) {
    fill(x, &random, trial % 2 == 1, trial % 4 > 1);
    check(x, gchk_random_below(&random, MOST + 1));
    check(x, MOST);
  }
}
END_TEST

START_TEST(nothing_finite_has_no_largest) {
  const double none[] = {(double)NAN, HUGE_VAL};
  ck_assert_double_eq(gchk_largest_finite(none, 2), 0);
  ck_assert_double_eq(gchk_largest_finite(none, 0), 0);
  ck_assert_double_eq(gchk_sum_of_squares(none, 2, 1), 0);
}
END_TEST

TCase *mean_square_tests(void) {
  TCase *tests = tcase_create("mean_square");
  tcase_add_test(tests, sums_are_those_of_one_number_after_the_other);
  tcase_add_test(tests, nothing_finite_has_no_largest);
  return tests;
}
