/* Probe: What forward leaves in scratch means nothing to backward. */
#ifndef GCHK_PROBE_PROBE_SCRATCH_H
#define GCHK_PROBE_PROBE_SCRATCH_H

#include "calls/probe_tools.h"

gchk_status gchk_probe_scratch(gchk_probe *probe, gchk_error *error) GCHK_MUST_USE;

#endif
