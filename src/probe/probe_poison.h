/* Probe: What was in the buffers before forward must not show in any result. */
#ifndef GCHK_PROBE_PROBE_POISON_H
#define GCHK_PROBE_PROBE_POISON_H

#include "calls/probe_tools.h"

gchk_status gchk_probe_poison(gchk_probe *probe, gchk_error *error) GCHK_MUST_USE;

#endif
