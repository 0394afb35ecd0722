/* Do the rungs themselves contradict the value that was chosen among them? */
#ifndef GCHK_NUMERIC_CONTRADICTION_H
#define GCHK_NUMERIC_CONTRADICTION_H

#include "numeric/derivative.h"

/*
 * True where g is beyond the bound of D, and yet what a smaller step measured is g: the larger ones outvoted it.
 * `rounding_of_g` is the error that g itself may have.
 */
bool gchk_derivative_is_contradicted(const gchk_derivative *derivative, double g, double rounding_of_g);

/*
 * Truncation shrinks with the step. Where a step smaller than the chosen one lies beyond the bound by more than its own
 * rounding, differences have not settled at the steps that there are, and the bound is none: 1/sqrt(var + eps) of equal
 * numbers in bf16, whose neighbours are further apart than sqrt(eps).
 */
bool gchk_derivative_is_outvoted(const gchk_derivative *derivative);

/* The same, and g is no further from D than a few times what such a step is: it may be that nothing excludes g. */
bool gchk_derivative_is_outvoted_for(const gchk_derivative *derivative, double g);

#endif
