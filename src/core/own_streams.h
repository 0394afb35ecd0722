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

#endif
