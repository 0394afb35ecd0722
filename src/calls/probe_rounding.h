/* What rounding leaves of the terms of gradients, wherever they come from. */
#ifndef GCHK_CALLS_PROBE_ROUNDING_H
#define GCHK_CALLS_PROBE_ROUNDING_H

#include "calls/probe_tools.h"

/*
 * Sets probe->rounding, once: for each element of a gradient how much rounding changes it at nearby values, which
 * limits (probe_spread.h) do not know where backward subtracts what forward computed: y (dy - sum y dy) of a y that is
 * 1 whatever the inputs are. Only for a layer that is repeatable: what it varies by itself would count as rounding.
 * Eight forwards and backwards.
 */
gchk_status gchk_probe_find_rounding(gchk_probe *probe, gchk_error *error) GCHK_MUST_USE;

#endif
