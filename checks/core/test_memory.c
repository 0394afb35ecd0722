/* Checked sizes. */
#include <stdint.h>

#include "core/memory.h"
#include "core_tests.h"

START_TEST(products_that_overflow_are_refused) {
  size_t product;
  ck_assert(gchk_multiply(SIZE_MAX / 2, 2, &product));
  ck_assert(!gchk_multiply(SIZE_MAX / 2 + 1, 2, &product));
  ck_assert(gchk_multiply(0, SIZE_MAX, &product));
  ck_assert_ptr_null(gchk_calloc(SIZE_MAX, SIZE_MAX));
  ck_assert_ptr_null(gchk_grow(NULL, SIZE_MAX / 4, 8));
}
END_TEST

TCase *memory_tests(void) {
  TCase *tests = tcase_create("memory");
  tcase_add_test(tests, products_that_overflow_are_refused);
  return tests;
}
