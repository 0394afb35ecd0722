/* The verdicts of a block of elements. */
#ifndef GCHK_BATCH_JUDGE_BATCH_H
#define GCHK_BATCH_JUDGE_BATCH_H

#include "batch/batch_block.h"
#include "measure/judge.h"

/* Arrays of the caller, of which gchk_judge_batch reads and writes one number an element of the block. */
typedef struct gchk_batch_gradients {
  const double *analytic[GCHK_MAX_DRAWS], *slack[GCHK_MAX_DRAWS];
  unsigned char *resolution; /* gchk_resolution */
  unsigned char *caught;     /* bit m: mutation m of the numeric derivative fails (gchk_judge_mutations) */
} gchk_batch_gradients;

/*
 * Judges what is settled: as gchk_judge does, by unit and largest (one a draw) of gchk_allowance, with the slack of
 * each; not for gradients that are declared to be 0. What passes does so in every draw. What does not pass is open
 * afterwards, for gchk_differentiate and the rest of a decision, and what is open has no resolution and caught bits.
 */
void gchk_judge_batch(gchk_batch *batch, const gchk_batch_gradients *gradients, double unit, const double *largest);

/* The same of flat elements whose gradients are all 0. */
void gchk_judge_still(gchk_batch *batch, const gchk_batch_gradients *gradients, double unit, const double *largest);

#endif
