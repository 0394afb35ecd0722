/* Probe: Forward computes its outputs from what it is given, not from what is in outputs or gradients already. */
#ifndef GCHK_PROBE_PROBE_FORWARD_READS_H
#define GCHK_PROBE_PROBE_FORWARD_READS_H

#include "calls/probe_tools.h"

gchk_status gchk_probe_forward_reads(gchk_probe *probe, gchk_error *error) GCHK_MUST_USE;

#endif
