/* What is allocated afterwards is memory like any other: zero where it is asked for, kept, and given back. */
#include "core/large_pages.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core_tests.h"

enum { PIECES = 40, BYTES = 1 << 20 };

static bool is_all(const unsigned char *piece, unsigned char value) {
  return piece[0] == value && memcmp(piece, piece + 1, BYTES - 1) == 0;
}

START_TEST(memory_in_large_pages_is_memory) {
  unsigned char *piece[PIECES];
  gchk_use_large_pages();
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
}
END_TEST

TCase *large_pages_tests(void) {
  TCase *tests = tcase_create("large_pages");
  tcase_add_test(tests, memory_in_large_pages_is_memory);
  return tests;
}
