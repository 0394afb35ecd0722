/* The ladder of steps: properties over all sizes of variable, none of them stored. */
#include "numeric/steps.h"

#include <float.h>

#include "numeric_tests.h"

static const double units[] = {0x1p-53, 0x1p-24};
static const double sizes[] = {0, 1e-30, 1e-12, 1e-9, 0.3, 1, 3, 1000, 1e12, 1e30};
enum { SIZES = sizeof sizes / sizeof sizes[0] };

/* The ends are what NUMERICS says they are, and three steps fit around the start. */
START_TEST(ends_are_as_specified) {
  double u = units[_i % 2], x = sizes[_i / 2 % SIZES], scale = sizes[_i / 2 / SIZES];
  double s = fmax(x, scale) > 0 ? fmax(x, scale) : 1;
  gchk_steps steps = gchk_steps_of(-x, scale, u, 0);
  double top = ldexp(1, steps.top), bottom = ldexp(1, steps.bottom);
  ck_assert_msg(top * 8 <= s && s < top * 16, "top %g of s %g", top, s);
  double ulp = u > 0x1p-50 ? (double)(nextafterf((float)x, FLT_MAX) - (float)x) : nextafter(x, DBL_MAX) - x;
  double least = fmax(4 * ulp, 16 * u * s);
  ck_assert_msg(bottom >= least && bottom < 4 * least * 1.000001, "bottom %g, at least %g", bottom, least);
  ck_assert_int_ge(steps.start, steps.bottom + 2);
  ck_assert_int_le(steps.start, steps.top - 2);
  double start = ldexp(1, steps.start), wanted = 4 * s * cbrt(u);
  ck_assert_msg(start > wanted / 4.1 && start < wanted * 4.1, "start %g, around %g", start, wanted);
  ck_assert_int_le(steps.lowest, steps.bottom);
  ck_assert_int_ge(steps.highest, steps.top);
  // One grid: ratio 4 from end to end.
  ck_assert_int_eq((steps.top - steps.bottom) % 2, 0);
  ck_assert_int_eq((steps.top - steps.start) % 2, 0);
  ck_assert_int_eq((steps.top - steps.lowest) % 2, 0);
  ck_assert_int_eq((steps.highest - steps.top) % 2, 0);
}
END_TEST

START_TEST(a_step_is_representable_and_not_lost) {
  double u = units[_i % 2], x = sizes[_i / 2];
  x = u > 0x1p-50 ? (double)(float)x : x;
  gchk_steps steps = gchk_steps_of(x, 0, u, 0);
  for (int e = steps.top; e >= steps.bottom; e -= 2) {
    double h = ldexp(1, e), to = gchk_step_to(x, h, u);
    ck_assert(to > x);
    if (u > 0x1p-50)
      ck_assert_double_eq(to, (double)(float)to);
    // At four spacings a step may be off by a half of one.
    ck_assert_double_le(fabs((to - x) - h), h / 8);
  }
}
END_TEST

START_TEST(a_hint_is_the_smallest_of_the_first_three) {
  gchk_steps without = gchk_steps_of(0.3, 1, 0x1p-53, 0);
  for (int e = without.bottom; e <= without.top; e += 2) {
    gchk_steps steps = gchk_steps_of(0.3, 1, 0x1p-53, ldexp(1, e));
    // But none of the three is larger than s.
    int expected = e < without.top - 2 ? e : without.top - 2;
    ck_assert_int_eq(steps.start - 2, expected);
    ck_assert_int_eq(steps.top, without.top);
  }
  // Nonsense is no hint.
  ck_assert_int_eq(gchk_steps_of(0.3, 1, 0x1p-53, -1).start, without.start);
  ck_assert_int_eq(gchk_steps_of(0.3, 1, 0x1p-53, (double)NAN).start, without.start);
  ck_assert_int_eq(gchk_steps_of(0.3, 1, 0x1p-53, HUGE_VAL).start, without.start);
}
END_TEST

START_TEST(extremes_keep_three_steps) {
  static const double extremes[] = {DBL_MAX, DBL_MIN, 0x1p-1074, 1e-310, 1e308};
  for (size_t i = 0; i < sizeof extremes / sizeof extremes[0]; i++) {
    gchk_steps steps = gchk_steps_of(extremes[i], 0, 0x1p-53, 0);
    ck_assert_int_ge(steps.top - steps.bottom, 4);
    ck_assert(isfinite(ldexp(1, steps.highest)) && ldexp(1, steps.lowest) > 0);
  }
  gchk_steps bad = gchk_steps_of(0.5, (double)NAN, 0x1p-53, 0), good = gchk_steps_of(0.5, 0.5, 0x1p-53, 0);
  ck_assert_int_eq(bad.top, good.top);
}
END_TEST

/* Bits of significand, range: the type's own arithmetic as the oracle, and for the others its definition. */
START_TEST(steps_are_rounded_to_the_type) {
  static const double values[] = {0, 1, -1, 0.3, 3.14159265358979, 1e-3, 65504, 1e30, 3e38, 1e-38, 1e-44, -7e-41};
  for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
    double x = values[i];
    ck_assert_double_eq(gchk_step_to(x, 0.1, 0x1p-53), x + 0.1);
    ck_assert_double_eq(gchk_step_to(x, 0.1, 0x1p-24), (double)(float)(x + 0.1));
    ck_assert_double_eq(gchk_spacing_at(x, 0x1p-53), nextafter(fabs(x), HUGE_VAL) - fabs(x));
    float near = fabsf((float)x);
    ck_assert_double_eq(gchk_spacing_at((double)near, 0x1p-24), (double)nextafterf(near, FLT_MAX) - (double)near);
    for (int bits = 2; bits <= 52; bits++) {
      double u = ldexp(1, -bits), to = gchk_step_to(x, 0, u);
      if (isinf(to)) // 3e38 is nearer to 2^128 than to the largest number of two bits
        continue;
      // The nearest multiple of the spacing, which is 2^(e+1-bits) there, or that of the smallest normal number.
      int lowest = bits <= 24 ? FLT_MIN_EXP : DBL_MIN_EXP;
      int e = x == 0 ? lowest : ilogb(x) + 1 < lowest ? lowest : ilogb(x) + 1;
      double spacing = ldexp(1, e - bits);
      ck_assert_double_eq(gchk_step_to(to, 0, u), to);
      ck_assert_double_le(fabs(to - x), spacing / 2);
      ck_assert_double_eq(fmod(to, spacing), 0);
      ck_assert_double_ge(gchk_spacing_at(to, u), spacing);
      double next = gchk_step_to(fabs(to), gchk_spacing_at(to, u), u);
      ck_assert(isinf(next) || next == fabs(to) + gchk_spacing_at(to, u));
    }
  }
  // bf16 and tf32, by hand: 8 and 11 bits.
  ck_assert_double_eq(gchk_step_to(1, 0x1p-8, 0x1p-8), 1);
  ck_assert_double_eq(gchk_step_to(1, 0x1p-7, 0x1p-8), 1 + 0x1p-7);
  ck_assert_double_eq(gchk_step_to(1, 0x1.8p-8, 0x1p-8), 1 + 0x1p-7);
  ck_assert_double_eq(gchk_step_to(1, 0x1p-10, 0x1p-11), 1 + 0x1p-10);
  ck_assert_double_eq(gchk_step_to(1, 0x1p-11, 0x1p-11), 1);
  ck_assert_double_eq(gchk_spacing_at(1, 0x1p-8), 0x1p-7);
  // Beyond the range there is no number.
  ck_assert(isinf(gchk_step_to(3.4e38, 3.4e38, 0x1p-24)));
  ck_assert(isinf(gchk_step_to(3.4e38, 3.4e38, 0x1p-8)));
  ck_assert(isfinite(gchk_step_to(3.4e38, 3.4e38, 0x1p-30)));
  ck_assert_double_eq(gchk_spacing_at((double)FLT_MAX, 0x1p-24), 0x1p104);
  ck_assert_double_eq(gchk_spacing_at(DBL_MAX, 0x1p-53), 0x1p971);
}
END_TEST

TCase *steps_tests(void) {
  TCase *tests = tcase_create("steps");
  tcase_add_loop_test(tests, ends_are_as_specified, 0, 2 * SIZES * SIZES);
  tcase_add_loop_test(tests, a_step_is_representable_and_not_lost, 0, 2 * SIZES);
  tcase_add_test(tests, a_hint_is_the_smallest_of_the_first_three);
  tcase_add_test(tests, extremes_keep_three_steps);
  tcase_add_test(tests, steps_are_rounded_to_the_type);
  return tests;
}
