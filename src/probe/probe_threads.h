/* Probe: One thread and several. */
#ifndef GCHK_PROBE_PROBE_THREADS_H
#define GCHK_PROBE_PROBE_THREADS_H

#include "calls/probe_tools.h"

gchk_status gchk_probe_threads(gchk_probe *probe, gchk_error *error) GCHK_MUST_USE;

#endif
