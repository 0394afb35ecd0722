/* Probe: What backward does with what is in the gradient buffers already. */
#ifndef GCHK_PROBE_PROBE_RULES_H
#define GCHK_PROBE_PROBE_RULES_H

#include "calls/probe_tools.h"

gchk_status gchk_probe_rules(gchk_probe *probe, gchk_error *error) GCHK_MUST_USE;

#endif
