/*
 * Changes that somebody has argued to compute the same:
 *
 *     # a comment
 *     - dx[i] = x[i] > 0 ? dy[i] : 0;
 *     + dx[i] = x[i] >= 0 ? dy[i] : 0;
 *     = at x = 0 the derivative may be that of either side
 *
 * The line before, one or several after it (which may each have a "-" of its own), and the reason of all of them.
 */
#ifndef GCHK_MUTATE_ARGUED_H
#define GCHK_MUTATE_ARGUED_H

#include "gradcheck/mutate.h"

/*
 * Gives the mutants that the file at `path` lists their reasons. GCHK_INVALID, with its line: an entry that is no
 * mutant (any more), has no reason, or another form. GCHK_IO, GCHK_NO_MEMORY.
 */
gchk_status gchk_argued_read(gchk_mutation *mutation, const char *path, gchk_error *error) GCHK_MUST_USE;

#endif
