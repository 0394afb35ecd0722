/* Random numbers: the reference outputs of the generators, and the distributions. */
#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/double_bits.h"
#include "core/random_normal.h"
#include "core_tests.h"
#include "gradcheck/random.h"

// splitmix64(0) gives this sequence in its authors' reference implementation; xoshiro256** starts from four of them.
START_TEST(seeds_by_splitmix) {
  gchk_random r = gchk_random_seeded(0);
  ck_assert_uint_eq(r.state[0], 0xe220a8397b1dcdafu);
  ck_assert_uint_eq(r.state[1], 0x6e789e6aa1b965f4u);
  ck_assert_uint_eq(r.state[2], 0x06c45d188009454fu);
  ck_assert_uint_eq(r.state[3], 0xf88bb8a8724c81ecu);
}
END_TEST

// The state 1, 2, 3, 4 of xoshiro256** gives 11520, 0, 1509978240, 1215971899390074240 (its authors' test vector).
START_TEST(generates_by_xoshiro) {
  gchk_random r = {{1, 2, 3, 4}};
  ck_assert_uint_eq(gchk_random_bits(&r), 11520u);
  ck_assert_uint_eq(gchk_random_bits(&r), 0u);
  ck_assert_uint_eq(gchk_random_bits(&r), 1509978240u);
  ck_assert_uint_eq(gchk_random_bits(&r), 1215971899390074240u);
}
END_TEST

START_TEST(streams_differ_and_repeat) {
  gchk_random a = gchk_random_stream(7, "affine"), b = gchk_random_stream(7, "affine");
  gchk_random other_name = gchk_random_stream(7, "relu"), other_seed = gchk_random_stream(8, "affine");
  uint64_t first = gchk_random_bits(&a);
  ck_assert_uint_eq(first, gchk_random_bits(&b));
  ck_assert_uint_ne(first, gchk_random_bits(&other_name));
  ck_assert_uint_ne(first, gchk_random_bits(&other_seed));
}
END_TEST

static int compare(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

// Kolmogorov and Smirnov: the largest distance of the empirical distribution from the normal one is below 1.95/sqrt(n)
// for 99.9 % of samples; with a fixed seed the test is deterministic.
START_TEST(normal_is_normal) {
  enum { N = 20000 };
  static double x[N];
  gchk_random r = gchk_random_seeded(1);
  for (int i = 0; i < N; i++)
    x[i] = gchk_random_normal(&r);
  qsort(x, N, sizeof x[0], compare);
  double distance = 0;
  for (int i = 0; i < N; i++) {
    double cumulative = 0.5 * erfc(-x[i] / sqrt(2));
    distance = fmax(distance, fmax(fabs(cumulative - (double)i / N), fabs(cumulative - (double)(i + 1) / N)));
  }
  ck_assert_double_lt(distance, 1.95 / sqrt(N));
  ck_assert_double_gt(x[N - 1], 3); // the tails are there
  ck_assert_double_lt(x[0], -3);
}
END_TEST

/* Both ways; the digest is that of the formulas with frexp and with loops over the tables. */
START_TEST(arrays_have_the_numbers_of_single_draws) {
  enum { N = 200000 };
  static double x[N];
  uint64_t digest = 0;
  gchk_random one = gchk_random_seeded(4), other = one;
  gchk_random_normals(&one, x, N);
  for (int i = 0; i < N; i++) {
    const double expected = gchk_random_normal(&other);
    const uint64_t bits = gchk_bits_of(x[i]);
    ck_assert_uint_eq(bits, gchk_bits_of(expected));
    digest = (digest ^ bits) * UINT64_C(0x9e3779b97f4a7c15);
    digest ^= digest >> 29;
  }
  ck_assert_uint_eq(digest, UINT64_C(0xc5049d32a59e6b53));
  ck_assert_int_eq(memcmp(&one, &other, sizeof one), 0);
}
END_TEST

/* xoshiro256** gives rotate(5 s1, 7) * 9 first: no bit, and all. */
START_TEST(the_outermost_numbers_are_eight_deviations_out) {
  double lowest[3], highest[3];
  gchk_random none = {{1, 0, 3, 4}}, all = {{1, UINT64_C(0x4fc71c71c71c71c7), 3, 4}}, single = all;
  gchk_random_normals(&none, lowest, 3);
  gchk_random_normals(&all, highest, 3);
  ck_assert_double_eq(lowest[0], -0x1.095b059d67c4cp+3); // p = 2^-54: Phi^-1 is -8.2924
  ck_assert_double_eq_tol(highest[0], 8.2095, 1e-4);     // p = 1 - 2^-53
  ck_assert_double_eq(highest[0], gchk_random_normal(&single));
}
END_TEST

/* No more are drawn than are wanted: who draws next goes on where single draws would have ended. */
START_TEST(numbers_are_taken_one_by_one) {
  for (size_t count = 1; count < 1200; count += 97) {
    gchk_normals normals = {.count = 0};
    gchk_random one = gchk_random_seeded(count), other = one;
    for (size_t i = 0; i < count; i++)
      ck_assert_double_eq(gchk_next_normal(&normals, &one, count - i), gchk_random_normal(&other));
    ck_assert_int_eq(memcmp(&one, &other, sizeof one), 0);
  }
}
END_TEST

START_TEST(signed_draws_stay_in_range_and_use_both_signs) {
  gchk_random r = gchk_random_seeded(2);
  int negative = 0;
  for (int i = 0; i < 1000; i++) {
    double v = gchk_random_signed(&r);
    ck_assert(fabs(v) >= 0.5 && fabs(v) <= 2);
    negative += v < 0;
  }
  ck_assert_int_gt(negative, 430);
  ck_assert_int_lt(negative, 570);
}
END_TEST

START_TEST(below_is_uniform) {
  gchk_random r = gchk_random_seeded(3);
  int counts[7] = {0};
  for (int i = 0; i < 70000; i++)
    counts[gchk_random_below(&r, 7)]++;
  for (int k = 0; k < 7; k++) {
    ck_assert_int_gt(counts[k], 9600);
    ck_assert_int_lt(counts[k], 10400);
  }
}
END_TEST

TCase *random_tests(void) {
  TCase *tests = tcase_create("random");
  tcase_add_test(tests, seeds_by_splitmix);
  tcase_add_test(tests, generates_by_xoshiro);
  tcase_add_test(tests, streams_differ_and_repeat);
  tcase_add_test(tests, normal_is_normal);
  tcase_add_test(tests, arrays_have_the_numbers_of_single_draws);
  tcase_add_test(tests, the_outermost_numbers_are_eight_deviations_out);
  tcase_add_test(tests, numbers_are_taken_one_by_one);
  tcase_add_test(tests, signed_draws_stay_in_range_and_use_both_signs);
  tcase_add_test(tests, below_is_uniform);
  return tests;
}
