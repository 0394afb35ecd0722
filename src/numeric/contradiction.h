/* Do the rungs themselves contradict the value that was chosen among them? */
#ifndef GCHK_NUMERIC_CONTRADICTION_H
#define GCHK_NUMERIC_CONTRADICTION_H

#include "numeric/derivative.h"

/*
 * True where g is beyond the bound of D, and yet what a smaller step measured is g: the larger ones outvoted it.
 * `rounding_of_g` is the error that g itself may have.
 */
bool gchk_derivative_is_contradicted(const gchk_derivative *derivative, double g, double rounding_of_g);

#endif
