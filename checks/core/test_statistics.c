/* Order statistics: of an array in any order what sorting gives. */
#include "core/statistics.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/largest.h"
#include "core_tests.h"
#include "gradcheck/random.h"

enum { FEW = 700, MOST = 9000, ROUNDS = 400 };

static int compare(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

// Random, few values, one value, ascending, descending, an organ pipe, and with infinities.
static double value_of(unsigned kind, size_t i, size_t count, gchk_random *random) {
  switch (kind) {
  case 0:
    return gchk_random_uniform(random, -1, 1);
  case 1:
    return (double)gchk_random_below(random, 3);
  case 2:
    return 7;
  case 3:
    return (double)i;
  case 4:
    return -(double)i;
  case 5:
    return (double)(i < count / 2 ? i : count - i);
  default:
    return gchk_random_below(random, 4) == 0 ? (double)INFINITY : gchk_random_uniform(random, 0, 1);
  }
}

START_TEST(a_quantile_needs_no_sorted_array) {
  gchk_random random = gchk_random_seeded(1);
  for (int round = 0; round < ROUNDS; round++) {
    double values[MOST], sorted[MOST], again[MOST], room[MOST], two[2];
    const size_t count = 1 + gchk_random_below(&random, round % 4 == 0 ? MOST : FEW);
    for (size_t i = 0; i < count; i++)
      values[i] = sorted[i] = again[i] = value_of((unsigned)_i, i, count, &random);
    qsort(sorted, count, sizeof *sorted, compare);
    const double q = round % 3 == 0 ? 0.5 : gchk_random_uniform(&random, 0, 1);
    // By hand: between the two neighbours of place q (count - 1).
    const double place = q * (double)(count - 1), low = floor(place);
    const double a = sorted[(size_t)low], b = sorted[(size_t)ceil(place)];
    const double expected = a == b ? a : (1 - (place - low)) * a + (place - low) * b;
    const double found = gchk_select_quantile(values, room, count, q);
    ck_assert_msg(found == expected, "kind %d, %zu values, q %.17g: %.17g, not %.17g", _i, count, q, found, expected);
    ck_assert(gchk_quantile(sorted, count, q) == expected);
    ck_assert_int_eq(memcmp(values, again, count * sizeof *values), 0); // as they were
    gchk_select_two(again, again, count, (size_t)low, two);
    ck_assert(two[0] == a && two[1] == sorted[(size_t)low + 1 < count ? (size_t)low + 1 : (size_t)low]);
  }
}
END_TEST

// The value at the place is the last of many, and the next one another.
START_TEST(the_middle_of_two_values_is_between_them) {
  for (size_t count = 2; count <= MOST; count = count < 100 ? count + 2 : count + 222) {
    double values[MOST], room[MOST], two[2];
    for (size_t i = 0; i < count; i++)
      values[i] = (double)(i % 2);
    ck_assert(gchk_select_quantile(values, room, count, 0.5) == 0.5);
    gchk_select_two(values, room, count, count / 2 - 1, two);
    ck_assert(two[0] == 0 && two[1] == 1);
    gchk_select_two(values, room, count, count / 2, two);
    ck_assert(two[0] == 1 && two[1] == 1);
  }
}
END_TEST

START_TEST(nothing_has_no_quantile) {
  ck_assert(isnan(gchk_select_quantile(NULL, NULL, 0, 0.5)));
  ck_assert(isnan(gchk_quantile(NULL, 0, 0.5)));
}
END_TEST

// Signs and places do not matter; what is no number, or infinite, shows wherever it is.
START_TEST(the_largest_size_is_that_of_a_loop) {
  gchk_random random = gchk_random_seeded(2);
  for (size_t count = 0; count < 70; count++) {
    double values[70], largest = 0;
    for (size_t i = 0; i < count; i++) {
      values[i] = gchk_random_uniform(&random, -1, 1) * (i % 3 == 0 ? 1e-310 : 1e300);
      largest = fmax(largest, fabs(values[i]));
    }
    ck_assert(gchk_largest_size(values, count) == largest);
    for (size_t i = 0; i < count; i++) {
      const double kept = values[i];
      values[i] = i % 2 == 0 ? -(double)INFINITY : -(double)NAN;
      ck_assert(!isfinite(gchk_largest_size(values, count)));
      values[i] = kept;
    }
  }
}
END_TEST

TCase *statistics_tests(void) {
  TCase *tc = tcase_create("statistics");
  tcase_add_loop_test(tc, a_quantile_needs_no_sorted_array, 0, 7);
  tcase_add_test(tc, the_middle_of_two_values_is_between_them);
  tcase_add_test(tc, nothing_has_no_quantile);
  tcase_add_test(tc, the_largest_size_is_that_of_a_loop);
  return tc;
}
