/*
 * The standard streams of this program itself, where code of others runs in its process: their printing is parted from
 * its own, which is a report that programs read.
 */
#ifndef GCHK_CORE_OWN_STREAMS_H
#define GCHK_CORE_OWN_STREAMS_H

#include <stdbool.h>

/*
 * Keeps standard output and standard error for gchk_output() and gchk_errors() (gradcheck/supervise.h). What everybody
 * knows them by is from now on nowhere, and the descriptor `errors`. False, with nothing changed, where that cannot be.
 */
bool gchk_part_streams(int errors);

/*
 * For a process that runs a layer: standard error is the descriptor `errors`, standard output is nowhere, and what this
 * program keeps for itself is closed, for a layer may write to whatever is open. Streams were flushed before the fork.
 */
void gchk_leave_streams(int errors);

#endif
