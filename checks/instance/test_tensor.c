/* Tensors and shapes. */
#include <stdint.h>

#include "gradcheck/tensor.h"
#include "instance_tests.h"

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

TCase *tensor_tests(void) {
  TCase *tests = tcase_create("tensor");
  tcase_add_test(tests, tensors_read_and_write_every_dtype);
  tcase_add_test(tests, shapes_count_and_print);
  return tests;
}
