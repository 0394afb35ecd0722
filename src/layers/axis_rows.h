/*
 * Arrays seen along one axis, as outer x rows x inner: whole rows are copied from one to another.
 *
 * Shapes are written "A...axis M Z...": the axis comes after as many dimensions as its number says (numpy's axis, from
 * 0), A are those before it, Z those behind.
 */
#ifndef GCHK_LAYERS_AXIS_ROWS_H
#define GCHK_LAYERS_AXIS_ROWS_H

#include <string.h>

#include "layers/real.h"

/* Some rows of an array of `length` rows: from the first on, every step-th. */
typedef struct axis_rows {
  real *at;
  size_t length, first, step;
} axis_rows;

/* Copies `count` rows for each of the call's A, which are as long as its Z. */
static inline void copy_rows(const gchk_call *call, size_t count, axis_rows to, axis_rows from) {
  const size_t outer = gchk_size(call, "A"), inner = gchk_size(call, "Z");
  for (size_t a = 0; a < outer; a++)
    for (size_t r = 0; r < count; r++)
      memcpy(to.at + (a * to.length + to.first + r * to.step) * inner,
             from.at + (a * from.length + from.first + r * from.step) * inner, inner * sizeof(real));
}

#endif
