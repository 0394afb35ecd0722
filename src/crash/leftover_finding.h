/* What a case left behind, as a finding. */
#ifndef GCHK_CRASH_LEFTOVER_FINDING_H
#define GCHK_CRASH_LEFTOVER_FINDING_H

#include "core/arena.h"
#include "gradcheck/result.h"

/* Adds the note that `count` processes outlived the case's and were killed. GCHK_NO_MEMORY. */
gchk_status gchk_report_leftovers(gchk_arena *arena, size_t count, gchk_case_result *result,
                                  gchk_error *error) GCHK_MUST_USE;

#endif
