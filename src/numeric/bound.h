/* From rungs to an error bound. Private to src/numeric. */
#ifndef GCHK_NUMERIC_BOUND_H
#define GCHK_NUMERIC_BOUND_H

#include "numeric/ladder.h"

/* What the rungs of one draw say. */
typedef struct gchk_reading {
  size_t best;          /* rung with the smallest bound; state->count: none has one */
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

/* Fills truncation and bound of every rung of `draw`, and reads them. */
gchk_reading gchk_bound_read(gchk_ladder_state *state, size_t draw);

#endif
