/* Probe: A batch against its samples one by one. */
#ifndef GCHK_PROBE_PROBE_BATCH_H
#define GCHK_PROBE_PROBE_BATCH_H

#include "calls/probe_tools.h"

gchk_status gchk_probe_batch(gchk_probe *probe, gchk_error *error) GCHK_MUST_USE;

#endif
