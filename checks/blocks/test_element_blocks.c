/* The blocks of a tensor: every checked element is in one of them, in order, and they are of one size but for one. */
#include "blocks/element_blocks.h"

#include <stdint.h>

#include "block_tests.h"

START_TEST(every_element_is_in_one_block) {
  static const size_t counts[] = {0, 1, 31, 32, 63, 64, 600, 4095, 4096, 4097, 39200, 10000000}, leasts[] = {32, 4096};
  const size_t checked = counts[_i % 12], least_of_block = leasts[_i / 12];
  size_t next = 0, least = SIZE_MAX, most = 0;
  const size_t blocks = gchk_element_block_count(checked, least_of_block);
  for (size_t i = 0; i < blocks; i++) {
    const gchk_element_block b = gchk_element_block_at(checked, blocks, i);
    ck_assert_uint_eq(b.first, next);
    next += b.count;
    least = b.count < least ? b.count : least;
    most = b.count > most ? b.count : most;
  }
  ck_assert_uint_eq(next, checked);
  ck_assert(most - least <= 1 && (least > 0) == (checked > 0));
  ck_assert(blocks == 1 || least >= least_of_block);
}
END_TEST

TCase *element_block_tests(void) {
  TCase *tests = tcase_create("element_blocks");
  tcase_add_loop_test(tests, every_element_is_in_one_block, 0, 24);
  return tests;
}
