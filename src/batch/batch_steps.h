/* Which steps the elements of a block have. Private to src/batch. */
#ifndef GCHK_BATCH_BATCH_STEPS_H
#define GCHK_BATCH_BATCH_STEPS_H

#include "batch/batch_block.h"

/* Fills top, start, usual, bottom, lowest and highest of every element: what gchk_steps_of gives. */
void gchk_batch_find_steps(gchk_batch *batch);

/*
 * to[i] = gchk_step_to(x[i], sign 2^exponent[i]) for `count` elements, in the type of `variable_unit`. Where that is no
 * finite number, or the step no normal one, it is x[i].
 */
void gchk_batch_step_to(double *to, const double *x, const int64_t *exponent, int sign, double variable_unit,
                        size_t count);

/* The same at one step of any size and sign. */
void gchk_batch_step_by(double *to, const double *x, double step, double variable_unit, size_t count);

#endif
