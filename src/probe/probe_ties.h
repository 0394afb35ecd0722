/* Probe: Elements that have one value, moved together. */
#ifndef GCHK_PROBE_PROBE_TIES_H
#define GCHK_PROBE_PROBE_TIES_H

#include "calls/probe_tools.h"

gchk_status gchk_probe_ties(gchk_probe *probe, gchk_error *error) GCHK_MUST_USE;

#endif
