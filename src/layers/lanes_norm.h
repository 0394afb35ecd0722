/*
 * Lanes of what normalises groups of a row's elements side by side: layer_norm, group_norm (normalise.h), rms_norm,
 * l2_normalize.
 *
 *     y = gamma ((x - mean) rstd) + beta,    mean = sum x/n,  rstd = 1/sqrt(sum (x - mean)^2/n + eps)
 *
 * Their files say what a group is; the numbers of the groups of a row, and of the rows of the batch, follow.
 */
#ifndef GCHK_LAYERS_LANES_NORM_H
#define GCHK_LAYERS_LANES_NORM_H

#include "layers/lanes.h"

enum { GCHK_NORM_OPERATIONS = 32 }; /* of an element: it is added twice, then written, and read between */

typedef enum gchk_lane_norm_kind {
  GCHK_NORM_MOMENTS, /* as above */
  GCHK_NORM_SQUARES, /* with 0 in place of the mean */
  GCHK_NORM_LENGTH   /* y = x/max(sqrt(sum x^2), eps) */
} gchk_lane_norm_kind;

typedef struct gchk_lane_norm {
  gchk_lane_norm_kind kind;
  size_t units;               /* elements of a row */
  size_t n;                   /* elements of a group */
  size_t inner, channels;     /* element i of a row is of channel i / inner % channels */
  const double *gamma, *beta; /* one a channel; NULL: 1 and 0 */
  const double *x, *y;        /* as forward left them */
  double eps;
} gchk_lane_norm;

/* Rows y of rows x. */
void gchk_lanes_norm(const gchk_lane_norm *norm, const gchk_lane_block *block, const double *x, double *y);

/*
 * Rows y of the batch's rows x, one element of which has been changed. The mean is that of forward, to the last bit:
 * where it is large beside the distances from it, its rounding shows in them. For their squares the element is apart
 * from the n - 1 others of its group, whose mean m and sum of squared distances Q are found once a run:
 *
 *     sum (x - mean)^2 = Q + (x - m)^2 (n - 1)/n        of positive terms: nothing cancels
 */
void gchk_lanes_norm_change(const gchk_lane_norm *norm, const gchk_lane_block *block, const double *change, double *y);

/* y of one unit, whose group are all `rows` of it: x and y of row n are at [n * stride + lane], of `count` lanes. */
typedef struct gchk_lane_column {
  size_t rows, stride, count;
  double gamma, beta, eps;
} gchk_lane_column;
void gchk_lanes_norm_column(const gchk_lane_column *column, const double *x, double *y);

/*
 * The head of gamma, whose factor is `of_unit`, xhat, or of beta, where that is NULL: where a channel is one unit of
 * every row.
 */
bool gchk_lanes_norm_head(const gchk_lane_norm *norm, double (*of_unit)(const gchk_call *, size_t, size_t),
                          gchk_lane_head *head);

/* The lanes `name` of a layer of tensors X and Y, whose norm lane_norm(call) tells. */
#define NORM_LANES(name, its_head)                                                                                     \
  static void lane_forward(const gchk_call *call, const gchk_lane_block *block, const double *x, double *y) {          \
    const gchk_lane_norm norm = lane_norm(call);                                                                       \
    gchk_lanes_norm(&norm, block, x, y);                                                                               \
  }                                                                                                                    \
  static void lane_change(const gchk_call *call, const gchk_lane_block *block, const double *change, double *y) {      \
    const gchk_lane_norm norm = lane_norm(call);                                                                       \
    gchk_lanes_norm_change(&norm, block, change, y);                                                                   \
  }                                                                                                                    \
  static const gchk_lanes name = {.x = X,                                                                              \
                                  .y = Y,                                                                              \
                                  .forward = lane_forward,                                                             \
                                  .change = lane_change,                                                               \
                                  .operations = GCHK_NORM_OPERATIONS,                                                  \
                                  .head = its_head};

#endif
