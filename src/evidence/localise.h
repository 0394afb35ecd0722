/* Which layer of a network is wrong. */
#ifndef GCHK_EVIDENCE_LOCALISE_H
#define GCHK_EVIDENCE_LOCALISE_H

#include "measure/work.h"

/*
 * Whether, in a network with a failing tensor, it is the first wrong node going backward: differentiates the
 * intermediate values and marks the node whose outputs' gradients are right while one that it computes is wrong. Adds
 * a finding "first-wrong" to the failing tensors. Leaves the instance at the base point.
 */
gchk_status gchk_localise(gchk_case_work *work, gchk_graph_result *graph, gchk_error *error) GCHK_MUST_USE;

#endif
