/* Probe: Backward is linear in the upstream gradient, and zero at zero. */
#ifndef GCHK_PROBE_PROBE_UPSTREAM_H
#define GCHK_PROBE_PROBE_UPSTREAM_H

#include "calls/probe_tools.h"

gchk_status gchk_probe_upstream(gchk_probe *probe, gchk_error *error) GCHK_MUST_USE;

#endif
