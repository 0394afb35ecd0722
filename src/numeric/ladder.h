/*
 * The state of one derivative: which steps there are, what was measured at them, and what follows from it.
 *
 * differentiate.c decides which steps are taken; steps.c says which there are; stencil.c takes one; bound.c turns the
 * rungs into an error bound; kink.c looks at the two slopes. Private to src/numeric.
 *
 * Steps are powers of two, h = 2^e, on the grid e = top, top-2, top-4, ... so that neighbours differ by exactly 4.
 */
#ifndef GCHK_NUMERIC_LADDER_H
#define GCHK_NUMERIC_LADDER_H

#include "numeric/derivative.h"
#include "numeric/steps.h"

/* What lies between a rung and the one before: of the central differences, where their steps are neighbours. */
typedef struct gchk_rung_pair {
  double change;    /* |D_{k-1} - D_k|; NaN where there are no neighbours */
  double asymmetry; /* A_k */
  bool is_resolved; /* the change is more than rounding */
} gchk_rung_pair;

/* What the rungs of one draw say. */
typedef struct gchk_reading {
  size_t best;          /* rung with the smallest bound; the count: none has one */
  bool is_one_sided;    /* value at best is the one-sided formula's */
  bool is_extrapolated; /* value is X at best */
  double value, bound;
  bool resolved_low;  /* at the smallest steps something shows that rounding does not explain: go smaller */
  size_t chain;       /* the largest of the neighbouring steps around best */
  bool rising_high;   /* there rounding, not truncation, is what shows: go larger */
  bool is_abrupt;     /* the smallest steps agree where the larger ones are noise or a kink: not known which */
  bool no_truncation; /* nowhere does anything but rounding show */
  bool wants_usual;   /* steps beyond s have a bound that no usual step confirms */
} gchk_reading;

typedef struct gchk_ladder_state {
  const gchk_line *line;
  gchk_steps steps;
  bool seek_best, has_start;
  gchk_derivative *result; /* one a draw; the rungs are the same steps in the same order */
  double *plus, *minus;    /* outputs at x+h, x-h */
  double *base;            /* outputs at x, where they were evaluated again */
  double *reference;       /* the first outputs that were evaluated, where y0 came another way */
  double *earlier;         /* quotients of the rung taken before the last one, for the jacobian_row */
  unsigned char *moved;    /* a flag an output: it differed at some rung from what it was before */
  const double *y0;        /* line->y0, or base */
  bool base_is_exact, has_reference, has_moved;
  int last_taken, taken_before; /* exponents of the steps whose outputs are in plus and minus, and in earlier */
  size_t taken;                 /* how many steps were taken one after the other, up to the last one */
  bool has_told;                /* of the steps from 2^told_high to 2^told_low the line knows that they will be taken */
  int told_high, told_low;
  bool is_flat_far;                        /* the outputs are what they are at x far beyond s, too */
  gchk_output_sizes whole[GCHK_MAX_DRAWS]; /* of all outputs, at x: where none has moved */
  double learned[GCHK_MAX_DRAWS];          /* noise that the rungs themselves show; 0: none */
  double tolerance;                        /* gchk_tolerance of the outputs */
  size_t changes;                          /* of anything that readings depend on */
  size_t read_after[GCHK_MAX_DRAWS];       /* as many changes, and one more; 0: not read */
  gchk_reading reading[GCHK_MAX_DRAWS];
  size_t count;                 /* of the rungs, which all that follows is of: what is behind them is not set */
  int exponent[GCHK_MAX_RUNGS]; /* descending */
  gchk_output_sizes sizes[GCHK_MAX_DRAWS][GCHK_MAX_RUNGS]; /* of the outputs that moved at any rung so far */
  gchk_rung_pair pairs[GCHK_MAX_RUNGS];                    /* of the draw that bound.c reads */
  bool is_flat[GCHK_MAX_RUNGS];                            /* every output is bit for bit the one at x, on both sides */
} gchk_ladder_state;

/* The index of a step that was taken, or the count. */
static inline size_t gchk_ladder_find(const gchk_ladder_state *state, int exponent) {
  size_t k = 0;
  while (k < state->count && state->exponent[k] != exponent)
    k++;
  return k;
}

#endif
