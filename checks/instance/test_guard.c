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

// `dx[i] += dy[k]` beyond both ends: a pattern of numbers like 1e200 would swallow what is added, and one of NaN too.
#define EXPECT_SUM_TO_SHOW(type)                                                                                       \
  do {                                                                                                                 \
    gchk_buffer b;                                                                                                     \
    ptrdiff_t offset = 0;                                                                                              \
    ck_assert_int_eq(gchk_buffer_init(&b, 4, sizeof(type), NULL), GCHK_OK);                                            \
    type *data = b.data;                                                                                               \
    ck_assert(data[4] < 0); /* where relu's backward writes 0 in place of what is there */                             \
    for (ptrdiff_t i = -64; i < 64; i++)                                                                               \
      for (ptrdiff_t k = 4; k < 36; k++) {                                                                             \
        const type was = data[i];                                                                                      \
        data[i] += data[k];                                                                                            \
        ck_assert_int_eq(gchk_buffer_is_whole(&b, &offset), i >= 0 && i < 4);                                          \
        data[i] = was;                                                                                                 \
      }                                                                                                                \
    gchk_buffer_deinit(&b);                                                                                            \
  } while (0)

START_TEST(a_guard_sees_a_sum) {
  EXPECT_SUM_TO_SHOW(double);
  EXPECT_SUM_TO_SHOW(float);
}
END_TEST

TCase *guard_tests(void) {
  TCase *tests = tcase_create("guard");
  tcase_add_test(tests, a_guard_sees_every_byte_beside_the_data);
  tcase_add_test(tests, a_guard_sees_a_sum);
  return tests;
}
