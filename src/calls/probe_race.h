/* Calls in which threads that add to one buffer without a guard lose what they add. */
#ifndef GCHK_CALLS_PROBE_RACE_H
#define GCHK_CALLS_PROBE_RACE_H

#include "calls/probe_spread.h"

/*
 * Forward and backward at the base point, with each buffer that they write in turn arranged so that a race on it
 * shows, and some more as they are; *worst has what differs from the clean call by more than rounding, if anything
 * does. A call for each of 128 buffers at the most (of more it notes that), which takes some 20 ms longer than
 * usual, and 16 more: only for layers that use threads.
 */
gchk_status gchk_probe_provoke_race(gchk_probe *probe, gchk_variation *worst, gchk_error *error) GCHK_MUST_USE;

#endif
