/* Probe: Gradients depend on the last forward only. */
#ifndef GCHK_PROBE_PROBE_HISTORY_H
#define GCHK_PROBE_PROBE_HISTORY_H

#include "calls/probe_tools.h"

gchk_status gchk_probe_history(gchk_probe *probe, gchk_error *error) GCHK_MUST_USE;

#endif
