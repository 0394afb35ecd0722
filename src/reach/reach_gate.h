/* Whether the branches that were taken are enough (--min-reach). */
#ifndef GCHK_REACH_REACH_GATE_H
#define GCHK_REACH_REACH_GATE_H

#include "gradcheck/result.h"

/*
 * Fails the first case of each layer whose backward took less than `least`, a share, of its branches, and of each of
 * which nothing is known. Layers that have no backward, and whose cases all ended in errors, are left alone.
 * GCHK_NO_MEMORY.
 */
gchk_status gchk_reach_gate(gchk_result *result, double least, gchk_error *error) GCHK_MUST_USE;

#endif
