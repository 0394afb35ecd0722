/* Guarded buffers. */
#include <stdint.h>
#include <string.h>

#include "instance/guard.h"
#include "instance_tests.h"

// One byte on either side, at every distance that the zones cover here, is found, and named; a clean buffer is whole.
START_TEST(a_guard_sees_every_byte_beside_the_data) {
  gchk_buffer b;
  ptrdiff_t offset = 0;
  ck_assert_int_eq(gchk_buffer_init(&b, 7, 3, NULL), GCHK_OK);
  ck_assert(gchk_buffer_is_whole(&b, &offset));
  unsigned char *data = b.data;
  memset(data, 0xA5, 21);
  ck_assert(gchk_buffer_is_whole(&b, &offset));
  for (ptrdiff_t k = 0; k < 1000; k++) {
    for (int side = 0; side < 2; side++) {
      ptrdiff_t at = side == 0 ? 21 + k : -1 - k;
      data[at] ^= 1;
      ck_assert(!gchk_buffer_is_whole(&b, &offset));
      ck_assert_int_eq(offset, at);
      data[at] ^= 1;
      ck_assert(gchk_buffer_is_whole(&b, &offset));
    }
  }
  data[-5] = 0;
  gchk_buffer_mend(&b);
  ck_assert(gchk_buffer_is_whole(&b, &offset));
  gchk_buffer_deinit(&b);
  ck_assert_int_eq(gchk_buffer_init(&b, SIZE_MAX / 2, 8, NULL), GCHK_NO_MEMORY);
  ck_assert_ptr_null(b.data);
}
END_TEST

TCase *guard_tests(void) {
  TCase *tests = tcase_create("guard");
  tcase_add_test(tests, a_guard_sees_every_byte_beside_the_data);
  return tests;
}
