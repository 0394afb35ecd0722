/*
 * Rows side by side: what a network's `vary` asks of built-in layers, where many rows of a value are changed.
 *
 * A block has `width` lanes. A lane is one row of the batch as one variant changes it; element u of the row in lane k
 * is at [u * width + k]. Loops run over lanes, which have nothing to do with each other: what comes of one depends
 * neither on its place nor on its company, whatever the instruction set. Consecutive lanes in which one element of one
 * row is changed are a run; lanes of no run hold numbers that mean nothing.
 *
 * All of it is double: networks of float are differentiated by their twin.
 */
#ifndef GCHK_LAYERS_LANES_H
#define GCHK_LAYERS_LANES_H

#include "gradcheck/layer.h"

enum { GCHK_LANE_STEP = 16 }; /* widths are multiples of this */

typedef struct gchk_lane_run {
  size_t row;          /* of the batch */
  size_t unit;         /* the element of the row that is changed */
  size_t start, count; /* the lanes */
} gchk_lane_run;

typedef struct gchk_lane_block {
  size_t width;
  const gchk_lane_run *runs;
  size_t run_count;
} gchk_lane_block;

/*
 * A parameter seen as a matrix, each element of which is a factor of one unit of the output: in row n that changes by
 * (new - old) factor[n * stride + other], and no other unit does. Of a vector it may be told by a function of row and
 * unit, `of_unit`, which takes the factor's place.
 */
typedef struct gchk_lane_head {
  size_t columns;       /* of the matrix */
  bool unit_is_row;     /* element (r, c) belongs to unit r, and other = c; else the other way round */
  const double *factor; /* NULL: the matrix is the value itself, of row r and unit c, and the factor 1 */
  size_t stride;
  double (*of_unit)(const gchk_call *call, size_t row, size_t unit);
} gchk_lane_head;

/*
 * Rows that differ from the base by multiples of a few numbers: in lane k of a run element u differs by
 * change[k] factor[unit * by_changed + u * by_element]; where factor is NULL, `unit` alone does, by change[k].
 */
typedef struct gchk_lane_changes {
  const double *change;
  const double *factor;
  size_t by_changed, by_element;
} gchk_lane_changes;

/* What a changed element of a row changes. */
typedef enum gchk_coupling {
  GCHK_ROWS_ALONE,    /* nothing in other rows */
  GCHK_UNITS_COUPLED, /* the same element of the other rows, and nothing else */
  GCHK_ROWS_COUPLED   /* more of them */
} gchk_coupling;

/*
 * `call` holds what the last forward left. Layers have some of these; a layer whose elements are its rows
 * (gchk_layer.rowwise) needs none.
 */
typedef struct gchk_lanes {
  size_t x, y;  /* the tensors that are read and written row by row; y of a loss is the loss */
  size_t other; /* the second input, for `elements`; where that is x there is none */
  bool is_copy; /* y is x, in another shape: there is nothing to compute */

  /* For a parameter; false: it is none that has a head. NULL: there is none. */
  bool (*head)(const gchk_call *call, size_t tensor, gchk_lane_head *head);

  /* Rows y of rows x. NULL in losses, and where there is `elements`. */
  void (*forward)(const gchk_call *call, const gchk_lane_block *block, const double *x, double *y);

  /* Rows y, where one element of x has been changed by change[k] in lane k. NULL: forward does it. */
  void (*change)(const gchk_call *call, const gchk_lane_block *block, const double *change, double *y);

  /* The factors by which `change` changes rows, where that is all it does. NULL: it is not. */
  void (*factors)(const gchk_call *call, gchk_lane_changes *changes);

  /*
   * y of `count` values x of one element: the one at `at` of y as an array, and of x, where that is as large. Layers of
   * two inputs get values of `other` as well; x or other is NULL where it is what forward read. NULL: y is no function
   * of single elements, or of all of them alike.
   */
  void (*elements)(const gchk_call *call, size_t at, const double *x, const double *other, double *y, size_t count);

  /*
   * Of a layer that acts on all elements alike: how far x may be moved to either side while y stays what it is to the
   * last bit. NULL: not at all.
   */
  double (*flat_within)(double x);

  /*
   * Where the rows of each unit are coupled, y of one unit in all rows: row n of x and of y is at [n * stride + lane],
   * of `count` lanes. NULL: there are none whose rows are.
   */
  void (*columns)(const gchk_call *call, size_t unit, size_t stride, size_t count, const double *x, double *y);
  gchk_coupling (*coupling)(const gchk_call *call); /* NULL: rows stand alone */

  /*
   * The loss of each row, loss[k] of lane k. May write x; `work` is room for as many numbers, and two more a lane. The
   * loss of all is the sum of those of the batch, in their order, over `divisor`.
   */
  void (*losses)(const gchk_call *call, const gchk_lane_block *block, double *x, double *work, double *loss);
  double (*divisor)(const gchk_call *call);

  /*
   * The same of rows that differ from those of the base by `changes`, from what `base_rows` made of all rows x of the
   * base, in room for twice as many numbers and three a row: a row that does not differ has the base's loss to the last
   * bit. x is room for rows. NULL: `losses` does it.
   */
  void (*base_rows)(const gchk_call *call, const double *x, double *base);
  void (*losses_by)(const gchk_call *call, const gchk_lane_block *block, const gchk_lane_changes *changes,
                    const double *base, double *x, double *work, double *loss);

  /*
   * What an element of y costs in forward and change, in the units of gchk_layer.operations; 0: as the layer's own says
   * of forward, and in change a unit's part of it.
   */
  double operations;
} gchk_lanes;

#endif
