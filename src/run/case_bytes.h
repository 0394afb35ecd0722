/* One case's result, with its timing, as bytes: what a child process sends to its parent, the same program. */
#ifndef GCHK_RUN_CASE_BYTES_H
#define GCHK_RUN_CASE_BYTES_H

#include "core/arena.h"
#include "core/text.h"
#include "gradcheck/result.h"

/* Appended to `bytes`, which says where memory is out; `result` is left as it is. */
void gchk_case_to_bytes(gchk_case_result *result, gchk_text *bytes);

/*
 * All memory of `result` is the arena's. It is as if it had been written to a file and read from it: each piece of
 * evidence of a finding has a name of its own, and texts are UTF-8. GCHK_INVALID when the bytes are not what
 * gchk_case_to_bytes appends, for whoever sent them may be corrupted.
 */
gchk_status gchk_case_from_bytes(gchk_arena *arena, const char *bytes, size_t length, gchk_case_result *result,
                                 gchk_error *error) GCHK_MUST_USE;

#endif
