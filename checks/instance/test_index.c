/* Indices of elements: flat, an index a dimension, and as text, against nested loops over the dimensions. */
#include "instance/index.h"

#include "instance_tests.h"

START_TEST(indices_are_written_as_in_the_tensor) {
  const gchk_shape shape = {.rank = 3, .dim = {2, 3, 4}};
  char text[GCHK_INDEX_TEXT];
  ck_assert_str_eq(gchk_index_format(&shape, 23, text, sizeof text), "[1,2,3]");
  ck_assert_str_eq(gchk_index_format(&shape, 5, text, sizeof text), "[0,1,1]");
  ck_assert_str_eq(gchk_index_format(&(gchk_shape){.rank = 0}, 0, text, sizeof text), "[]");
  ck_assert_str_eq(gchk_index_format(&shape, 23, text, 4), "[1,"); // cut, not overrun
}
END_TEST

START_TEST(the_last_index_runs_fastest) {
  const gchk_shape shape = {.rank = 3, .dim = {2, 3, 4}};
  size_t flat = 0, index[GCHK_MAX_RANK];
  for (size_t i = 0; i < 2; i++) {
    for (size_t j = 0; j < 3; j++) {
      for (size_t k = 0; k < 4; k++, flat++) {
        const size_t expected[3] = {i, j, k};
        gchk_shape_index(&shape, flat, index);
        for (size_t axis = 0; axis < 3; axis++) {
          ck_assert_uint_eq(index[axis], expected[axis]);
          ck_assert_uint_eq(gchk_axis_index(&shape, axis, flat), expected[axis]);
        }
      }
    }
  }
  ck_assert_uint_eq(gchk_axis_stride(&shape, 0), 12);
  ck_assert_uint_eq(gchk_axis_stride(&shape, 1), 4);
  ck_assert_uint_eq(gchk_axis_stride(&shape, 2), 1);
}
END_TEST

START_TEST(an_element_beyond_the_tensor_is_beyond_its_first_dimension) {
  const gchk_shape shape = {.rank = 2, .dim = {3, 4}};
  size_t index[GCHK_MAX_RANK];
  gchk_shape_index(&shape, 12, index);
  ck_assert_uint_eq(index[0], 3);
  ck_assert_uint_eq(index[1], 0);
}
END_TEST

TCase *index_tests(void) {
  TCase *tests = tcase_create("index");
  tcase_add_test(tests, indices_are_written_as_in_the_tensor);
  tcase_add_test(tests, the_last_index_runs_fastest);
  tcase_add_test(tests, an_element_beyond_the_tensor_is_beyond_its_first_dimension);
  return tests;
}
