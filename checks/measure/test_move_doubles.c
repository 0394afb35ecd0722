/* Loops over arrays against what is said of one value, with every kind of number. */
#include "measure/move_doubles.h"

#include <float.h>

#include "gradcheck/random.h"
#include "measure_tests.h"

enum { COUNT = 3000, ODD = 16 };
static const double odd[ODD] = {0,   -0.0,  1,       -1,       1000,      -1000,       1001,     0.5,
                                999, 1e300, DBL_MAX, -DBL_MAX, 0x1p-1074, (double)NAN, HUGE_VAL, -HUGE_VAL};

static void fill(double *x, gchk_random *random) {
  for (size_t i = 0; i < COUNT; i++)
    x[i] = i < ODD ? odd[i] : gchk_random_signed(random) * pow(10, gchk_random_uniform(random, -9, 5));
}

/* A conversion of 53 bits; on [-1, 1). */
static double expected_random(double x, uint64_t seed) {
  uint64_t bits;
  memcpy(&bits, &x, sizeof bits);
  return (double)(gchk_mix_bits(bits ^ seed) >> 11) / 0x1p52 - 1;
}

static double expected_move(double x, double amount, uint64_t seed) {
  const double to = x + 2 * (amount * expected_random(x, seed)) * x;
  return (fabs(x) <= 1000 && nearbyint(x) == x) || !isfinite(to) ? x : to;
}

static size_t count_different(const double *x, const double *y) {
  size_t different = 0;
  for (size_t i = 0; i < COUNT; i++)
    different += memcmp(&x[i], &y[i], sizeof x[i]) != 0;
  return different;
}

START_TEST(values_move_by_random_parts_of_themselves) {
  static const double amounts[] = {0x1p-53, -0x1p-43, 0x1p-9};
  double x[COUNT], y[COUNT], z[COUNT], numbers[COUNT], others[COUNT], smallest = 1, largest = -1;
  gchk_random random = gchk_random_seeded(5);
  for (size_t k = 0; k < 3; k++) {
    const uint64_t seed = gchk_random_bits(&random);
    fill(x, &random);
    for (size_t i = 0; i < COUNT; i++) {
      y[i] = expected_move(x[i], amounts[k], seed);
      smallest = fmin(smallest, gchk_random_for(x[i], seed));
      largest = fmax(largest, gchk_random_for(x[i], seed));
    }
    gchk_move_doubles(z, x, numbers, COUNT, amounts[k], seed);
    ck_assert_uint_eq(count_different(z, y), 0);
    gchk_move_doubles(z, x, others, COUNT, amounts[k], seed + 1);
    ck_assert_uint_gt(count_different(z, y), COUNT / 2);
    // The other way, with the numbers that the first left.
    for (size_t i = 0; i < COUNT; i++)
      y[i] = expected_move(x[i], -amounts[k], seed);
    gchk_move_doubles_again(z, x, numbers, COUNT, -amounts[k]);
    ck_assert_uint_eq(count_different(z, y), 0);
  }
  ck_assert(smallest >= -1 && smallest < -0.99 && largest < 1 && largest > 0.99);
}
END_TEST

START_TEST(the_largest_finite_change_stays) {
  double most[COUNT], expected[COUNT], now[COUNT], before[COUNT];
  gchk_random random = gchk_random_seeded(6);
  fill(now, &random);
  fill(before, &random);
  for (size_t i = 0; i < COUNT; i++) {
    before[i] = i < ODD ? odd[ODD - 1 - i] : before[i];
    most[i] = expected[i] = gchk_random_uniform(&random, 0, 1);
    const double change = 8 * fabs(now[i] - before[i]);
    if (isfinite(change))
      expected[i] = fmax(expected[i], change);
  }
  gchk_raise_to_change(most, now, before, COUNT, 8);
  ck_assert_uint_eq(count_different(most, expected), 0);
}
END_TEST

START_TEST(the_largest_finite_second_change_stays) {
  double most[COUNT], expected[COUNT], here[COUNT], ahead[COUNT], before[COUNT];
  gchk_random random = gchk_random_seeded(7);
  fill(here, &random);
  fill(ahead, &random);
  fill(before, &random);
  for (size_t i = 0; i < COUNT; i++) {
    ahead[i] = i < ODD ? odd[ODD - 1 - i] : ahead[i];
    most[i] = expected[i] = gchk_random_uniform(&random, 0, 1);
    const double change = 8 * fabs((here[i] + ahead[i]) / 2 - before[i]);
    if (isfinite(change))
      expected[i] = fmax(expected[i], change);
  }
  gchk_raise_to_second_change(most, here, ahead, before, COUNT, 8);
  ck_assert_uint_eq(count_different(most, expected), 0);
}
END_TEST

/* Rows of which none changes, and of which one number does: a block, a part of one, and across two. */
START_TEST(what_is_the_same_stays_and_what_is_not_is_seen) {
  enum { ROW = 50 };
  double most[COUNT], expected[COUNT], second[COUNT], now[COUNT], before[COUNT];
  gchk_random random = gchk_random_seeded(8);
  fill(before, &random);
  for (size_t trial = 0; trial < 40; trial++) {
    memcpy(now, before, sizeof now);
    for (size_t i = 0; i < COUNT; i++)
      most[i] = i % 2 == 0 ? 0 : gchk_random_uniform(&random, 0, 1);
    memcpy(expected, most, sizeof most);
    memcpy(second, most, sizeof most);
    for (size_t row = 0; row + ROW <= COUNT; row += ROW) {
      const size_t i = row + gchk_random_below(&random, ROW);
      if (gchk_random_below(&random, 3) > 0 || i < ODD || fabs(before[i]) > 1e9)
        continue;
      now[i] = before[i] + 2;
      expected[i] = fmax(expected[i], 8 * fabs(now[i] - before[i]));
    }
    gchk_raise_to_change(most, now, before, COUNT, 8);
    ck_assert_uint_eq(count_different(most, expected), 0);
    gchk_raise_to_second_change(second, now, now, before, COUNT, 8);
    ck_assert_uint_eq(count_different(second, expected), 0);
  }
}
END_TEST

/* Of the second difference either side may be the one that changed. */
START_TEST(either_side_is_seen) {
  double most[COUNT], expected[COUNT], other[COUNT], before[COUNT];
  for (size_t i = 0; i < COUNT; i++)
    most[i] = expected[i] = before[i] = other[i] = 0;
  other[70] = 3;
  expected[70] = 12;
  gchk_raise_to_second_change(most, other, before, before, COUNT, 8);
  ck_assert_uint_eq(count_different(most, expected), 0);
  most[70] = 0;
  gchk_raise_to_second_change(most, before, other, before, COUNT, 8);
  ck_assert_uint_eq(count_different(most, expected), 0);
}
END_TEST

TCase *move_doubles_tests(void) {
  TCase *tests = tcase_create("move_doubles");
  tcase_add_test(tests, values_move_by_random_parts_of_themselves);
  tcase_add_test(tests, the_largest_finite_change_stays);
  tcase_add_test(tests, the_largest_finite_second_change_stays);
  tcase_add_test(tests, what_is_the_same_stays_and_what_is_not_is_seen);
  tcase_add_test(tests, either_side_is_seen);
  return tests;
}
