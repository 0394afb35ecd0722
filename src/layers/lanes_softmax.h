/*
 * Rows of scores that differ from those of the base by multiples of a few numbers, as where one input of the product
 * that makes them is changed: their softmax from that of the base, for exp(x + d) = exp(x) exp(d).
 *
 * Of a row x with the largest score m, in each lane:
 *
 *     d[c] = change factor[c],  s = 0,  e[c] = exp(x[c] - m) exp(d[c]),           where all |d[c]| <= 2^-5
 *     s = max_c (x[c] - m + d[c]),      e[c] = exp(x[c] - m + d[c] - s),          elsewhere
 *     S = sum_c e[c] + eps max_c e[c]
 *
 * exp(d) is its Taylor polynomial of degree 7 there, whose remainder is below 2^-55, and which is 1 at 0: what does not
 * differ is the base to the last bit.
 *
 * Lanes of a run have row and factors in common. So S is one polynomial of their change there, whatever the number of
 * classes C, and its coefficients are found once a run:
 *
 *     S = sum_n M[n] change^n,  M[n] = sum_c exp(x[c] - m) factor[c]^n/n!,  n <= 7
 *
 * Its remainder is below 2^-55 S too, as each class's is of its e[c]. M[0] is the base's sum, with the same rounding in
 * all lanes. What is added to it is below S/30, for sum_c e[c] (exp(|d[c]|) - 1) is, and of that (C + 16) 2^-53 is lost
 * at most: to C additions in each M[n], and to what its terms and the evaluation are made of. With the last addition's,
 * S is within (1 + (C + 16)/30) 2^-53 of itself, where sums of C numbers in each lane may lose C 2^-53.
 */
#ifndef GCHK_LAYERS_LANES_SOFTMAX_H
#define GCHK_LAYERS_LANES_SOFTMAX_H

#include "layers/lanes.h"

/* Of each of `rows` rows x gchk_softmax_numbers: x[c] - m, exp(x[c] - m), and one that gchk_lanes_sums_by asks for. */
void gchk_lanes_softmax_base(size_t rows, size_t classes, const double *x, double *base);

/* Rows that differ, and what is asked of them. */
typedef struct gchk_softmax_by {
  const gchk_lane_changes *changes;
  size_t classes;
  const double *base; /* what gchk_lanes_softmax_base made */
  double eps;
  const double *wanted; /* a class of each row, about which a number is asked; NULL: none is, of any row */
  bool wants_score;     /* it is x[c] - m + d[c] - s, and e[c] otherwise */
  double *x;            /* room for `classes` numbers in each lane of the block */
  double *shift;        /* s, of all lanes of runs; */
  double *sum;          /* S; */
  double *part;         /* the number that is asked for, or room for it */
} gchk_softmax_by;

void gchk_lanes_sums_by(const gchk_lane_block *block, const gchk_softmax_by *by);

/* to = e[c], of a run's lanes, which begin at its start; by->shift is there. */
void gchk_lanes_exp_by(const gchk_lane_run *run, const gchk_softmax_by *by, size_t c, double *to);

/* to = x[c] - m + d[c] - s, the same way. */
void gchk_lanes_score_by(const gchk_lane_run *run, const gchk_softmax_by *by, size_t c, double *to);

/* How many numbers are kept of a row of the base. */
static inline size_t gchk_softmax_numbers(size_t classes) {
  return 2 * classes + 1;
}

#endif
