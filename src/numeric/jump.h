/* A jump at x, as larger steps see it: their differences are its height over the step. Private to src/numeric. */
#ifndef GCHK_NUMERIC_JUMP_H
#define GCHK_NUMERIC_JUMP_H

#include "numeric/ladder.h"

/* What the rungs of a draw know of a jump. */
typedef struct gchk_jump {
  size_t rungs;  /* how many, the largest steps first, know nothing below it; 0: there is none */
  double height; /* HUGE_VAL where the usual step does not see it, nor a larger one */
} gchk_jump;

/*
 * A jump is seen by four neighbours in a row whose h_k (D_k - D_{k-1}) is more than rounding and one number, with its
 * sign; by three where h_k D_k, in them and before, is one too. Noise and the steps of a staircase have both signs, and
 * do not reach up to the usual step. Nothing is known below it at these steps, nor at larger ones, nor at smaller ones
 * as long as they see as much of it, nor at the next one, whose change is from theirs.
 */
gchk_jump gchk_find_jump(const gchk_ladder_state *state, const gchk_rung *rungs);

#endif
