/* Names are found again, whichever there are and however many. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/name_table.h"
#include "core_tests.h"

enum { MANY = 100000, LENGTH = 16 };

// Every third name is one that was there before, as a comparison of all pairs would find it.
START_TEST(the_first_of_equal_names_is_found) {
  enum { FEW = 3000 };
  static char text[FEW][LENGTH];
  gchk_name_table names = {0};
  for (size_t i = 0; i < FEW; i++) {
    (void)snprintf(text[i], LENGTH, "%zu", i % 3 == 2 ? i * i % (i - 1) : i);
    size_t first, expected = 0;
    while (strcmp(text[expected], text[i]) != 0)
      expected++;
    ck_assert(gchk_name_table_add(&names, text[i], i, &first));
    ck_assert_uint_eq(first, expected);
  }
  gchk_name_table_deinit(&names);
  ck_assert_ptr_null(names.slots);
}
END_TEST

// Comparing all pairs would take 5 * 10^9 comparisons: longer than a test may.
START_TEST(many_names_take_no_time) {
  char(*text)[LENGTH] = malloc(sizeof(char[LENGTH]) * MANY);
  ck_assert_ptr_nonnull(text);
  gchk_name_table names = {0};
  size_t first;
  for (size_t i = 0; i < MANY; i++) {
    (void)snprintf(text[i], LENGTH, "tensor_%zu", i);
    ck_assert(gchk_name_table_add(&names, text[i], i, &first));
    ck_assert_uint_eq(first, i);
  }
  for (size_t i = 0; i < MANY; i++) {
    ck_assert(gchk_name_table_add(&names, text[i], MANY, &first));
    ck_assert_uint_eq(first, i);
  }
  ck_assert_uint_eq(names.count, MANY);
  gchk_name_table_deinit(&names);
  free(text);
}
END_TEST

START_TEST(a_name_is_found_with_its_last_number) {
  gchk_name_table names = {0};
  size_t number = 77;
  ck_assert(!gchk_name_table_find(&names, "a", &number)); // in one that is empty
  ck_assert(gchk_name_table_put(&names, "a", 1) && gchk_name_table_put(&names, "b", 2));
  ck_assert(!gchk_name_table_find(&names, "c", &number));
  ck_assert_uint_eq(number, 77);
  char again[] = "a"; // an equal one, which takes the place of the first
  ck_assert(gchk_name_table_put(&names, again, 3));
  ck_assert_uint_eq(names.count, 2);
  ck_assert(gchk_name_table_find(&names, "a", &number) && number == 3);
  ck_assert(gchk_name_table_find(&names, "b", &number) && number == 2);
  gchk_name_table_deinit(&names);
}
END_TEST

TCase *name_table_tests(void) {
  TCase *tests = tcase_create("names");
  tcase_add_test(tests, the_first_of_equal_names_is_found);
  tcase_add_test(tests, a_name_is_found_with_its_last_number);
  tcase_add_test(tests, many_names_take_no_time);
  return tests;
}
