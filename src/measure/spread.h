/*
 * How much a layer varies from call to call on the same values: sums in another order (threads, atomics) round
 * differently. The spread is measured and enters the bound; what is more than rounding, the probes refuse
 * (reordering.h).
 */
#ifndef GCHK_MEASURE_SPREAD_H
#define GCHK_MEASURE_SPREAD_H

#include "measure/work.h"

typedef struct gchk_spread {
  bool is_exact;                   /* a repeat was the same bit for bit: all is zero, or NULL */
  double *output;                  /* largest change of each output; NULL when exact */
  double sigma[GCHK_MAX_DRAWS];    /* standard deviation of the outputs projected on v[d] */
  double **change[GCHK_MAX_DRAWS]; /* of the k-th of work->tensors: largest change of each element of its gradient */
} gchk_spread;

/*
 * Repeats forward and backward on the values that work->instance holds, and compares with work->y and the analytic
 * gradients, which must be those of this instance: before a twin takes its place. Three forwards and backwards where
 * they are the same bit for bit; else eight for each draw. Arrays are in work->scratch.
 *
 * The caller adds sigma[d] to gchk_line.sigma where this instance is differenced, and change[d][k][e] to the slack.
 */
gchk_status gchk_measure_spread(gchk_case_work *work, gchk_spread *spread, gchk_error *error) GCHK_MUST_USE;

#endif
