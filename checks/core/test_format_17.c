/* Against printf: numbers of all sizes, short ones, and those beside what is hard to round. */
#include "core/format_17.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/double_bits.h"
#include "core_tests.h"
#include "gradcheck/random.h"

/* How many of the numbers around x, both signs, were written; what was is as printf has it. */
static size_t try_around(double x) {
  size_t written = 0;
  double at = x;
  for (int i = 0; i < 4; i++, at = nextafter(at, HUGE_VAL))
    for (int sign = -1; sign <= 1; sign += 2) {
      char expected[64], out[GCHK_FORMAT_17_SIZE + 1];
      (void)snprintf(expected, sizeof expected, "%.17g", sign * at);
      memset(out, '#', sizeof out);
      if (!gchk_format_17(out, sign * at))
        continue;
      ck_assert_str_eq(out, expected);
      ck_assert_int_eq(out[GCHK_FORMAT_17_SIZE], '#');
      written++;
    }
  return written;
}

START_TEST(numbers_of_all_sizes_are_as_printf_has_them) {
  gchk_random random = gchk_random_seeded(17);
  size_t written = 0;
  for (size_t i = 0; i < 20000; i++)
    written += try_around(pow(10, gchk_random_uniform(&random, -38, 38)));
  ck_assert_uint_gt(written, 20000 * 8 / 10 * 9); // most of them
}
END_TEST

START_TEST(short_numbers_are_as_printf_has_them) {
  size_t written = 0;
  for (int k = -39; k <= 58; k++)
    for (int i = 1; i <= 200; i++) {
      char text[32];
      double x;
      (void)snprintf(text, sizeof text, "%d.%de%d", i % 10, i / 10, k);
      ck_assert_int_eq(sscanf(text, "%lf", &x), 1);
      written += x > 0 ? try_around(nextafter(x, 0)) : 0;
    }
  for (int i = 1; i < 60; i++) // powers of two and what is a half of the last digit
    written += try_around(ldexp(1, i)) + try_around(ldexp(1, -i)) + try_around(ldexp(1, i) + 0.5);
  ck_assert_uint_gt(written, 98 * 180 * 7);
}
END_TEST

/* 17 digits and a half of the last: n/2^(k+1) with n odd is (n 5^k)/2 of the k-th digit behind the point. */
START_TEST(halves_of_the_last_digit_are_as_printf_has_them) {
  gchk_random random = gchk_random_seeded(18);
  size_t written = 0, tried = 0;
  for (int k = 1; k <= 22; k++)
    for (int i = 0; i < 500; i++) {
      const double least = pow(10, 16 - k), most = fmin(10 * least, ldexp(1, 52 - k));
      const double n = 2 * floor(ldexp(gchk_random_uniform(&random, least, most), k)) + 1;
      ck_assert(n < 0x1p53);
      written += try_around(ldexp(n, -k - 1)); // of the first of eight numbers, and its negative
      tried += 8;
    }
  ck_assert_uint_gt(tried - written, 22 * 500 * 2); // they are left to printf
  ck_assert_uint_gt(written, tried / 2);
}
END_TEST

START_TEST(numbers_of_any_bits_are_as_printf_has_them) {
  gchk_random random = gchk_random_seeded(19);
  size_t written = 0;
  for (size_t i = 0; i < 100000; i++) {
    const double x = gchk_double_of(gchk_random_bits(&random));
    written += isfinite(x) ? try_around(x) : 0;
  }
  ck_assert_uint_gt(written, 100000 * 8 / 8); // one in some six is of the sizes that are written
}
END_TEST

START_TEST(zeros_have_their_sign) {
  char out[GCHK_FORMAT_17_SIZE];
  ck_assert(gchk_format_17(out, 0));
  ck_assert_str_eq(out, "0");
  ck_assert(gchk_format_17(out, -0.0));
  ck_assert_str_eq(out, "-0");
}
END_TEST

START_TEST(what_is_beyond_is_left_to_printf) {
  static const double beyond[] = {DBL_MIN, 0x1p-1074, DBL_MAX, 1e-100, 1e100, (double)NAN, HUGE_VAL, -HUGE_VAL};
  for (size_t i = 0; i < sizeof beyond / sizeof beyond[0]; i++) {
    char out[GCHK_FORMAT_17_SIZE];
    ck_assert(!gchk_format_17(out, beyond[i]));
  }
}
END_TEST

TCase *format_17_tests(void) {
  TCase *tests = tcase_create("format_17");
  tcase_add_test(tests, numbers_of_all_sizes_are_as_printf_has_them);
  tcase_add_test(tests, short_numbers_are_as_printf_has_them);
  tcase_add_test(tests, halves_of_the_last_digit_are_as_printf_has_them);
  tcase_add_test(tests, numbers_of_any_bits_are_as_printf_has_them);
  tcase_add_test(tests, zeros_have_their_sign);
  tcase_add_test(tests, what_is_beyond_is_left_to_printf);
  return tests;
}
