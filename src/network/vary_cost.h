/* What a point of a network's vary costs. */
#ifndef GCHK_NETWORK_VARY_COST_H
#define GCHK_NETWORK_VARY_COST_H

#include "network/vary_plan.h"

/* The operations of one point, in the units of gchk_layer.operations, from the sizes of the plan's steps. */
gchk_status gchk_count_vary(const gchk_vary_plan *plan, double *operations, gchk_error *error) GCHK_MUST_USE;

#endif
