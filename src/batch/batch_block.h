/* A block of elements: what is known of each, what is asked, and the results. batch.h says how it is used. */
#ifndef GCHK_BATCH_BATCH_BLOCK_H
#define GCHK_BATCH_BATCH_BLOCK_H

#include <stdint.h>

#include "numeric/derivative.h"

/* What all elements of a block share; the members are those of gchk_line and gchk_ladder. */
typedef struct gchk_batch_line {
  double y0; /* the output at the base point, which came by the same way as all others */
  size_t draw_count;
  double v[GCHK_MAX_DRAWS], sigma[GCHK_MAX_DRAWS];
  double variable_unit, output_unit;
  double start;      /* adaptive: the step to start at; 0: by rule */
  double fixed_step; /* 0: adaptive */
} gchk_batch_line;

enum { GCHK_BATCH_MOST_KINDS = 16 }; /* of points in one round */

enum { GCHK_WANTS_SMALLER = 1, GCHK_WANTS_LARGER = 2, GCHK_WANTS_ALL_LARGER = 4 }; /* steps */

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
   * The points of this round: asked_kinds (at most GCHK_BATCH_MOST_KINDS) rows of asked_width. A point that is the
   * element's own x asks for nothing: any loss will do. The loss is NaN where the variable cannot have the value.
   */
  size_t asked_kinds, asked_width;
  const size_t *asked_element; /* asked_width: places in the block, ascending */
  const double *asked_value;
  double *asked_loss; /* filled by the caller */

  /* Of each element, when gchk_batch_next has returned false; what is open has no values. */
  unsigned char *state; /* gchk_batch_state: of all draws together */
  double *value[GCHK_MAX_DRAWS], *bound[GCHK_MAX_DRAWS], *rounding[GCHK_MAX_DRAWS]; /* of gchk_derivative */
  double *step, *hidden;                                                            /* of that of the first draw */
  double *row; /* dy/dx by the same formula: jacobian_row of the one output */

  /* Private. */
  int round;
  void *space;
  size_t *places;                                           /* 0, 1, .. */
  size_t *listed;                                           /* of those that are asked for more */
  double *values, *losses;                                  /* of the first round */
  double *more_values, *more_losses;                        /* of the others */
  int64_t *top, *start, *usual, *bottom, *lowest, *highest; /* gchk_steps */
  int64_t *exponent;                                        /* of the points that are being asked for */
  double *listed_x;
  unsigned char *moves, *is_flat_below; /* at 2^(start+2); not at 2^(start-2) */
  unsigned char *wants;                 /* what the first rounds did not settle, and other steps may */
} gchk_batch;

#endif
