/* Points of a line that will be asked for soon: a line that evaluates many of them together does so once. */
#ifndef GCHK_NUMERIC_EXPECT_H
#define GCHK_NUMERIC_EXPECT_H

#include "numeric/derivative.h"

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

#endif
