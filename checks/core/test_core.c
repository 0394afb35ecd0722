/* Errors, checked sizes, arenas, guarded buffers, tensors. */
#include <check.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/arena.h"
#include "core/memory.h"
#include "core_tests.h"
#include "gradcheck/tensor.h"
#include "instance/guard.h"

START_TEST(errors_carry_status_and_message) {
  gchk_error error;
  ck_assert_int_eq(gchk_fail(&error, GCHK_INVALID, "%s is %d", "n", 3), GCHK_INVALID);
  ck_assert_str_eq(error.message, "n is 3");
  ck_assert_int_eq(gchk_fail_within(&error, "line %d", 7), GCHK_INVALID);
  ck_assert_str_eq(error.message, "line 7: n is 3");
  ck_assert_int_eq(gchk_fail(NULL, GCHK_IO, "nobody reads this"), GCHK_IO);
}
END_TEST

START_TEST(a_long_message_is_cut_not_overrun) {
  gchk_error error;
  char text[4 * GCHK_MESSAGE_SIZE];
  memset(text, 'x', sizeof text - 1);
  text[sizeof text - 1] = '\0';
  (void)gchk_fail(&error, GCHK_INVALID, "%s", text);
  ck_assert_uint_eq(strlen(error.message), GCHK_MESSAGE_SIZE - 1);
  (void)gchk_fail_within(&error, "%s", text);
  ck_assert_uint_eq(strlen(error.message), GCHK_MESSAGE_SIZE - 1);
}
END_TEST

START_TEST(products_that_overflow_are_refused) {
  size_t product;
  ck_assert(gchk_multiply(SIZE_MAX / 2, 2, &product));
  ck_assert(!gchk_multiply(SIZE_MAX / 2 + 1, 2, &product));
  ck_assert(gchk_multiply(0, SIZE_MAX, &product));
  ck_assert_ptr_null(gchk_calloc(SIZE_MAX, SIZE_MAX));
  ck_assert_ptr_null(gchk_grow(NULL, SIZE_MAX / 4, 8));
}
END_TEST

START_TEST(an_arena_gives_zeroed_aligned_memory) {
  gchk_arena *arena = gchk_arena_new();
  for (size_t n = 1; n < 3000; n = n * 3 + 1) {
    unsigned char *p = gchk_arena_alloc(arena, n, 1);
    ck_assert_uint_eq((uintptr_t)p % _Alignof(max_align_t), 0);
    for (size_t i = 0; i < n; i++)
      ck_assert_uint_eq(p[i], 0);
    memset(p, 0xff, n); // the next must not see it
  }
  ck_assert_str_eq(gchk_arena_printf(arena, "%d-%s", 5, "x"), "5-x");
  ck_assert_ptr_null(gchk_arena_strdup(arena, NULL));
  ck_assert_ptr_null(gchk_arena_alloc(arena, SIZE_MAX, 2));
  ck_assert_ptr_null(gchk_arena_alloc(arena, SIZE_MAX - 8, 1));
  gchk_arena_free(arena);
  gchk_arena_free(NULL);
}
END_TEST

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

START_TEST(tensors_read_and_write_every_dtype) {
  double d[2] = {0};
  float f[2] = {0};
  int32_t i[2] = {0};
  const gchk_tensor tensors[] = {
      {.dtype = GCHK_F64, .value = d}, {.dtype = GCHK_F32, .value = f}, {.dtype = GCHK_I32, .value = i}};
  for (size_t k = 0; k < 3; k++) {
    gchk_tensor_set(&tensors[k], tensors[k].value, 1, -3);
    ck_assert_double_eq(gchk_tensor_get(&tensors[k], tensors[k].value, 1), -3);
    ck_assert_double_eq(gchk_tensor_get(&tensors[k], tensors[k].value, 0), 0);
  }
  ck_assert_double_eq(d[1], -3);
  ck_assert_double_eq((double)f[1], -3);
  ck_assert_int_eq(i[1], -3);
}
END_TEST

START_TEST(shapes_count_and_print) {
  gchk_shape scalar = {0}, matrix = {2, {3, 4}}, huge = {2, {SIZE_MAX, 2}};
  size_t count;
  char text[64];
  ck_assert_int_eq(gchk_shape_count(&scalar, &count, NULL), GCHK_OK);
  ck_assert_uint_eq(count, 1);
  ck_assert_int_eq(gchk_shape_count(&matrix, &count, NULL), GCHK_OK);
  ck_assert_uint_eq(count, 12);
  ck_assert_int_eq(gchk_shape_count(&huge, &count, NULL), GCHK_NO_MEMORY);
  ck_assert_str_eq(gchk_shape_format(&scalar, text, sizeof text), "()");
  ck_assert_str_eq(gchk_shape_format(&matrix, text, sizeof text), "(3,4)");
  ck_assert_str_eq(gchk_shape_format(&matrix, text, 4), "(3,");
}
END_TEST

TCase *core_tests(void) {
  TCase *tests = tcase_create("core");
  tcase_add_test(tests, errors_carry_status_and_message);
  tcase_add_test(tests, a_long_message_is_cut_not_overrun);
  tcase_add_test(tests, products_that_overflow_are_refused);
  tcase_add_test(tests, an_arena_gives_zeroed_aligned_memory);
  tcase_add_test(tests, a_guard_sees_every_byte_beside_the_data);
  tcase_add_test(tests, tensors_read_and_write_every_dtype);
  tcase_add_test(tests, shapes_count_and_print);
  return tests;
}
