/* Values near the numbers that code compares with. */
#include <check.h>
#include <math.h>
#include <stdlib.h>

#include "reach/steer_values.h"
#include "reach_tests.h"

static bool has_between(const double *values, size_t count, double low, double high) {
  for (size_t i = 0; i < count; i++)
    if (values[i] > low && values[i] < high)
      return true;
  return false;
}

START_TEST(both_sides_of_each_constant_and_between_two) {
  gchk_constants constants = {0};
  double values[GCHK_MOST_VALUES];
  const double given[] = {2.01, 20, 2, 2, 0, (double)NAN, (double)INFINITY};
  for (size_t i = 0; i < sizeof given / sizeof given[0]; i++)
    gchk_constants_add(&constants, given[i]);
  ck_assert_uint_eq(constants.count, 3);
  const size_t count = gchk_values_near(&constants, values);
  ck_assert(has_between(values, count, 2, 2.01));
  ck_assert(has_between(values, count, -2.01, -2));
  ck_assert(has_between(values, count, 20, 20.5));
  ck_assert(has_between(values, count, 19.5, 20));
  ck_assert(has_between(values, count, -20.5, -20));
  ck_assert(has_between(values, count, 2.01, 2.1));
}
END_TEST

START_TEST(no_more_than_there_is_room_for) {
  gchk_constants constants = {0};
  double values[GCHK_MOST_VALUES];
  for (int i = 1; i < 1000; i++)
    gchk_constants_add(&constants, i);
  ck_assert_uint_eq(constants.count, GCHK_MOST_CONSTANTS);
  ck_assert_uint_le(gchk_values_near(&constants, values), GCHK_MOST_VALUES);
}
END_TEST

START_TEST(operands_that_vary_are_no_constants) {
  gchk_compare_trace *trace = calloc(1, sizeof *trace);
  ck_assert_ptr_nonnull(trace);
  gchk_constants constants = {0};
  trace->count = 2;
  trace->list[0] = (gchk_compared_values){.a = 5, .b = 7, .a_varies = true};
  trace->list[1] = (gchk_compared_values){.a = 9, .b = 7};
  gchk_constants_take(&constants, trace);
  ck_assert_uint_eq(constants.count, 2);
  ck_assert(constants.at[0] > 6.5 && constants.at[0] < 7.5);
  ck_assert(constants.at[1] > 8.5 && constants.at[1] < 9.5);
  free(trace);
}
END_TEST

TCase *steer_values_tests(void) {
  TCase *tests = tcase_create("values");
  tcase_add_test(tests, both_sides_of_each_constant_and_between_two);
  tcase_add_test(tests, no_more_than_there_is_room_for);
  tcase_add_test(tests, operands_that_vary_are_no_constants);
  return tests;
}
