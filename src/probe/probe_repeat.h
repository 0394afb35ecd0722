/* Probe: The same call twice. */
#ifndef GCHK_PROBE_PROBE_REPEAT_H
#define GCHK_PROBE_PROBE_REPEAT_H

#include "calls/probe_tools.h"

gchk_status gchk_probe_repeat(gchk_probe *probe, gchk_error *error) GCHK_MUST_USE;

#endif
