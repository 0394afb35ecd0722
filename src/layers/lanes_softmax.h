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
 */
#ifndef GCHK_LAYERS_LANES_SOFTMAX_H
#define GCHK_LAYERS_LANES_SOFTMAX_H

#include "layers/lanes.h"

/* Of each of `rows` rows x: x[c] - m, and behind these exp(x[c] - m). `base` has room for 2 rows classes numbers. */
void gchk_lanes_softmax_base(size_t rows, size_t classes, const double *x, double *base);

/*
 * Fills sum, which is S, and `shift`, which is s, of all lanes of runs; `x` is room for width classes numbers. Are all
 * d small?
 */
bool gchk_lanes_sums_by(const gchk_lane_block *block, const gchk_lane_changes *changes, size_t classes,
                        const double *base, double eps, double *x, double *shift, double *sum);

/* to = e[c], of a run's lanes, which begin at its start; `are_small`: so are all d of the block. */
void gchk_lanes_exp_by(const gchk_lane_run *run, const gchk_lane_changes *changes, size_t classes, const double *base,
                       size_t c, const double *shift, bool are_small, double *to);

/* to = x[c] - m + d[c] - s, of a run's lanes. */
void gchk_lanes_score_by(const gchk_lane_run *run, const gchk_lane_changes *changes, size_t classes, const double *base,
                         size_t c, const double *shift, double *to);

#endif
