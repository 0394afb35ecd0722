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

/* The exponents of the ladder of one variable. */
typedef struct gchk_steps {
  int highest; /* above top: only where rounding hides the function and no truncation shows yet */
  int top;     /* 2^floor(log2 s)/8 */
  int start;   /* the middle of the three start steps */
  int bottom;  /* at least max(4 ulp(x), 16 u s) */
  int lowest;  /* at least 4 ulp(x): only where truncation still dominates at the bottom */
} gchk_steps;

typedef struct gchk_ladder_state {
  const gchk_line *line;
  gchk_steps steps;
  int usual; /* the start without a hint */
  bool seek_linear;
  gchk_derivative *result; /* one a draw; the rungs are the same steps in the same order */
  double *plus, *minus;    /* outputs at x+h, x-h */
  double *base;            /* outputs at x, where they were evaluated again */
  const double *y0;        /* line->y0, or base */
  bool base_is_exact;
  int last_taken; /* exponent of the step whose outputs are in plus and minus */
  size_t count;
  int exponent[GCHK_MAX_RUNGS];                /* descending */
  double size[GCHK_MAX_DRAWS][GCHK_MAX_RUNGS]; /* P: sum of |v_j| max |y_j| over the three points */
  bool is_flat[GCHK_MAX_RUNGS];                /* every output is bit for bit the one at x, on both sides */
} gchk_ladder_state;

/* `s` is max(|x|, scale), 1 where that is 0; `hint` 0 or the step to start at. */
gchk_steps gchk_steps_of(double x, double scale, double variable_unit, double hint);

/* x + h as the variable's type holds it. */
double gchk_step_to(double x, double h, double variable_unit);

/* Spacing of the variable's type at x. */
double gchk_spacing_at(double x, double variable_unit);

/* Measures D, both slopes and R at the step `h`, and the size of the outputs, for every draw. Two evaluations. */
gchk_status gchk_stencil(gchk_ladder_state *state, double h, gchk_rung rungs[GCHK_MAX_DRAWS],
                         double size[GCHK_MAX_DRAWS], bool *is_flat, gchk_error *error) GCHK_MUST_USE;

/* Evaluates the outputs at x again, unless that is done, and corrects the slopes of all rungs. */
gchk_status gchk_stencil_base(gchk_ladder_state *state, gchk_error *error) GCHK_MUST_USE;

/* Sum of v_j (y_j - z_j) with an error of a few roundings whatever m. */
double gchk_project(const double *v, const double *y, const double *z, size_t count);

/* Index of the rung with this exponent, or state->count. */
size_t gchk_ladder_find(const gchk_ladder_state *state, int exponent);

/* What the rungs of one draw say. */
typedef struct gchk_reading {
  size_t best;       /* rung with the smallest bound; state->count: none has one */
  bool is_one_sided; /* value at best is the one-sided formula's */
  double value, bound;
  bool resolved_low;  /* at the smallest steps something shows that rounding does not explain: go smaller */
  size_t chain;       /* the largest of the neighbouring steps around best */
  bool rising_high;   /* there rounding, not truncation, is what shows: go larger */
  bool is_abrupt;     /* the smallest steps agree where the larger ones are noise or a kink: not known which */
  bool no_truncation; /* nowhere does anything but rounding show */
} gchk_reading;

/* Fills truncation and bound of every rung of `draw`, and reads them. */
gchk_reading gchk_bound_read(const gchk_ladder_state *state, size_t draw);

/*
 * Does |s+ - s-| stay, down to the smallest step that resolves it? Then sets slope_low, slope_high, chosen and the
 * rest.
 */
bool gchk_kink_find(const gchk_ladder_state *state, size_t draw, gchk_derivative *derivative);

#endif
