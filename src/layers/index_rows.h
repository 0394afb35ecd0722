/* Rows of an array that an index tensor names: taken out, or added to. */
#ifndef GCHK_LAYERS_INDEX_ROWS_H
#define GCHK_LAYERS_INDEX_ROWS_H

#include <string.h>

#include "layers/real.h"

/* For each of `outer`: of `rows` rows, `inner` long, those that the index names. */
typedef struct index_rows {
  const gchk_tensor *index;
  size_t outer, rows, inner;
} index_rows;

static inline gchk_status check_index(const index_rows *r, gchk_error *error) {
  const int32_t *index = r->index->value;
  for (size_t i = 0; i < r->index->count; i++)
    if (index[i] < 0 || (size_t)index[i] >= r->rows)
      return gchk_fail(error, GCHK_LAYER_FAILED, "index %zu is %d, which is none of the %zu rows; 0 to %zu are", i,
                       (int)index[i], r->rows, r->rows - 1);
  return GCHK_OK;
}

/* The row of `all` that is the at-th of the picked ones. */
static inline size_t row_of(const index_rows *r, size_t at) {
  const int32_t *index = r->index->value;
  return at / r->index->count * r->rows + (size_t)index[at % r->index->count];
}

static inline void take_rows(const index_rows *r, real *picked, const real *all) {
  for (size_t at = 0; at < r->outer * r->index->count; at++)
    memcpy(picked + at * r->inner, all + row_of(r, at) * r->inner, r->inner * sizeof(real));
}

/* A row that is named twice is added to twice. */
static inline void add_rows(const index_rows *r, const real *picked, real *all) {
  for (size_t at = 0; at < r->outer * r->index->count; at++)
    for (size_t z = 0; z < r->inner; z++)
      all[row_of(r, at) * r->inner + z] += picked[at * r->inner + z];
}

#endif
