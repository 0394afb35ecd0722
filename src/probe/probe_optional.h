/* Probe: A gradient that may be NULL is left out. */
#ifndef GCHK_PROBE_PROBE_OPTIONAL_H
#define GCHK_PROBE_PROBE_OPTIONAL_H

#include "calls/probe_tools.h"

gchk_status gchk_probe_optional(gchk_probe *probe, gchk_error *error) GCHK_MUST_USE;

#endif
