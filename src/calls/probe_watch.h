/* Calls with every buffer watched: what they may not write is a finding, and is put back. */
#ifndef GCHK_CALLS_PROBE_WATCH_H
#define GCHK_CALLS_PROBE_WATCH_H

#include "calls/probe_tools.h"

/* Calls with every buffer watched. `when` ends the sentence "backward ... in the ...". */
gchk_status gchk_probe_forward(gchk_probe *probe, gchk_instance *instance, const char *when,
                               gchk_error *error) GCHK_MUST_USE;

/* Sets the upstream gradient to v, the gradients to `prefill` (NULL: zeros), and calls backward. */
gchk_status gchk_probe_backward(gchk_probe *probe, gchk_instance *instance, const double *v,
                                const gchk_gradients *prefill, const char *when, gchk_error *error) GCHK_MUST_USE;

/*
 * Did other threads run during a call so far? The layer starts them, or a library that it calls; where
 * gradcheck is part of a program, it may be that program, and then some calls are made that tell nothing.
 */
bool gchk_probe_has_company(const gchk_probe *probe);

/* Forward, then backward onto zeros, and the gradients. */
gchk_status gchk_probe_gradients(gchk_probe *probe, gchk_instance *instance, const double *v, const char *when,
                                 gchk_gradients *gradients, gchk_error *error) GCHK_MUST_USE;

#endif
