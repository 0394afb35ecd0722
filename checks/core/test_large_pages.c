/* What is allocated afterwards is memory like any other: zero where it is asked for, kept, and given back. */
#include "core/large_pages.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core_tests.h"

enum { PIECES = 40, BYTES = 1 << 20 };

static bool is_all(const unsigned char *piece, unsigned char value) {
  return piece[0] == value && memcmp(piece, piece + 1, BYTES - 1) == 0;
}

START_TEST(memory_in_large_pages_is_memory) {
  unsigned char *piece[PIECES];
  void *held = gchk_use_large_pages();
  for (int round = 0; round < 2; round++) { // more than there is room for, and what was used before
    for (int i = 0; i < PIECES; i++) {
      piece[i] = calloc(BYTES, 1);
      ck_assert_ptr_nonnull(piece[i]);
      ck_assert(is_all(piece[i], 0));
      memset(piece[i], i + 1, BYTES);
    }
    for (int i = 0; i < PIECES; i++) {
      ck_assert(is_all(piece[i], (unsigned char)(i + 1)));
      free(piece[i]);
    }
  }
  free(held);
}
END_TEST

/* What is allocated next begins in a large page, and not in what is left of the small ones before it. */
START_TEST(the_next_memory_is_in_the_first_large_page) {
  enum { PAGE = 2 << 20 };
  void *held = gchk_use_large_pages();
  unsigned char *next = malloc(BYTES);
  ck_assert_ptr_nonnull(next);
  if (held != NULL) {
    ck_assert_uint_gt((uintptr_t)next, (uintptr_t)held);
    ck_assert_uint_le((uintptr_t)next % PAGE, 256);
  }
  free(next);
  free(held);
}
END_TEST

TCase *large_pages_tests(void) {
  TCase *tests = tcase_create("large_pages");
  tcase_add_test(tests, memory_in_large_pages_is_memory);
  tcase_add_test(tests, the_next_memory_is_in_the_first_large_page);
  return tests;
}
