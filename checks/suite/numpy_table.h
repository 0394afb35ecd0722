/* What the files of numpy in this folder hold: numpy_*.npy and numpy_*.npz. */
#ifndef CHECKS_SUITE_NUMPY_TABLE_H
#define CHECKS_SUITE_NUMPY_TABLE_H

#include "suite_fixture.h"

static const double table[] = {-0.5, -0.25, 0, 0.25, 0.5, 0.75}; /* what numpy_*.np? hold, of shape (2,3) */

static inline void is_table(const gchk_array *array) {
  ck_assert_uint_eq(array->shape.rank, 2);
  ck_assert_uint_eq(array->shape.dim[0], 2);
  ck_assert_uint_eq(array->shape.dim[1], 3);
  for (size_t i = 0; i < 6; i++)
    ck_assert_double_eq(array->values[i], table[i]);
}

#endif
