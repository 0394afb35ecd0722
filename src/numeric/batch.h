/*
 * The derivatives of a block of elements of a layer whose output is one number, together: what gchk_differentiate does
 * for one element after the other, in loops over arrays.
 *
 * An element is settled where gchk_differentiate, given the same outputs, would end after the points that were asked
 * for, and then with the same value, bound and step, bit for bit. All others are left open and are for gchk_differentiate: kinks, bounds that
 * three steps do not settle, what is not finite, flat elements that move further out.
 *
 *     gchk_batch_start(&batch, &line, count);   // batch.x and batch.scale are filled before
 *     while (gchk_batch_next(&batch))
 *       for (k < batch.asked_kinds, i < batch.asked_width)
 *         loss[k asked_width + i] = L with element asked_element[i] of the block at value[k asked_width + i]
 *
 * Needs no evaluation of its own. One thread a batch.
 */
#ifndef GCHK_NUMERIC_BATCH_H
#define GCHK_NUMERIC_BATCH_H

#include <stdint.h>

#include "numeric/derivative.h"

/* What all elements of a block share; the members are those of gchk_line and gchk_ladder. */
typedef struct gchk_batch_line {
  double y0; /* the output at the base point, which came by the same way as all others */
  double v, sigma;
  double variable_unit, output_unit;
  double start;      /* adaptive: the step to start at; 0: by rule */
  double fixed_step; /* 0: adaptive */
} gchk_batch_line;

typedef enum gchk_batch_state {
  GCHK_BATCH_OPEN = 0,  /* for gchk_differentiate */
  GCHK_BATCH_SMOOTH,    /* GCHK_SMOOTH, not flat */
  GCHK_BATCH_FLAT,      /* is_flat */
  GCHK_BATCH_EXACT_ZERO /* is_flat and is_exact_zero */
} gchk_batch_state;

typedef struct gchk_batch {
  size_t capacity, count; /* elements */
  gchk_batch_line line;

  /* Filled by the caller before gchk_batch_start, `count` each. */
  double *x, *scale; /* of gchk_line */

  /*
   * The points of this round: asked_kinds rows of asked_width. A point that is the element's own x asks for nothing: any
   * loss will do. The loss is NaN where the variable cannot have the value.
   */
  size_t asked_kinds, asked_width;
  const size_t *asked_element; /* asked_width: places in the block, ascending */
  const double *asked_value;
  double *asked_loss; /* filled by the caller */

  /* Of each element, when gchk_batch_next has returned false; what is open has no values. */
  unsigned char *state;                             /* gchk_batch_state */
  double *value, *bound, *step, *rounding, *hidden; /* of gchk_derivative */
  double *row;                                      /* dy/dx by the same formula: jacobian_row of the one output */

  /* Private. */
  int round;
  double *space;
  size_t *places, *listed;
  double *values, *losses;
  int64_t *top, *start, *usual, *bottom, *lowest;
  unsigned char *is_flat_below;
} gchk_batch;

/* Room for blocks of up to `capacity` elements. Errors: memory. */
gchk_status gchk_batch_init(gchk_batch *batch, size_t capacity, gchk_error *error) GCHK_MUST_USE;
void gchk_batch_deinit(gchk_batch *batch);

/* Begins a block of the first `count` elements of x and scale. */
void gchk_batch_start(gchk_batch *batch, const gchk_batch_line *line, size_t count);

/*
 * Takes in what the caller filled in, and asks for the points of the next round; false: all elements are settled or
 * open. Six points an element in the first round; four more of those that did not move; four in all with a fixed step.
 */
bool gchk_batch_next(gchk_batch *batch);

#endif
