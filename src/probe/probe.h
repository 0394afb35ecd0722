/* The calling contract: what no comparison of two arrays finds. */
#ifndef GCHK_PROBE_PROBE_H
#define GCHK_PROBE_PROBE_H

#include "measure/work.h"

/*
 * Probes the calling contract. Findings go to work->findings, with the tensor's name in the evidence. The instance is
 * left at the base point with its forward done. Costs about twenty forwards and as many backwards. An error only when
 * the probes themselves could not run.
 */
gchk_status gchk_probe_contract(gchk_case_work *work, gchk_error *error) GCHK_MUST_USE;

#endif
