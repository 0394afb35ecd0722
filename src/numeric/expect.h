/* Points of a line that will be asked for soon: a line that evaluates many of them together does so once. */
#ifndef GCHK_NUMERIC_EXPECT_H
#define GCHK_NUMERIC_EXPECT_H

#include "numeric/ladder.h"

typedef struct gchk_expected {
  size_t count;
  double x[GCHK_MOST_EXPECTED];
} gchk_expected;

/* The point at the signed step h, where that is another finite number than x, and there is room. */
void gchk_expected_add(gchk_expected *expected, const gchk_line *line, double h);

/* The points at h and -h. */
void gchk_expected_add_pair(gchk_expected *expected, const gchk_line *line, double h);

/* Tells the line, if it wants to know. Costs an evaluation of each point that it does not have yet. */
gchk_status gchk_expect(const gchk_expected *expected, const gchk_line *line, gchk_error *error) GCHK_MUST_USE;

/* The steps from 2^high down to 2^low that are not there yet, nor told, will be taken, from the larger one on. */
gchk_status gchk_expect_steps(const gchk_ladder_state *state, int high, int low, gchk_error *error) GCHK_MUST_USE;

/*
 * So will all from top to bottom, or down to where rounding is beyond what is in `question` (derivative.h): with one
 * output it is known before that it is not less than that of the output at x.
 */
gchk_status gchk_expect_whole(gchk_ladder_state *state, const double *question, gchk_error *error) GCHK_MUST_USE;

#endif
