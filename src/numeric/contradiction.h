#ifndef GCHK_NUMERIC_CONTRADICTION_H
#define GCHK_NUMERIC_CONTRADICTION_H
#include "numeric/derivative.h"
bool gchk_derivative_is_contradicted(const gchk_derivative *d, double g, double rounding);
#endif
