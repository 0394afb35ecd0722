/* What a sanitizer reported of a case that came to its end, as findings. */
#ifndef GCHK_CRASH_SANITIZER_FINDINGS_H
#define GCHK_CRASH_SANITIZER_FINDINGS_H

#include "core/arena.h"
#include "crash/sanitizer_runtime.h"
#include "crash/stderr_tail.h"
#include "gradcheck/result.h"

/*
 * Appends a finding for an error that a sanitizer of process `pid` went on after, which fails the case, and a note for
 * each kind of undefined behaviour. Nothing without such a runtime: any layer may write the same words.
 */
gchk_status gchk_report_sanitizer(gchk_arena *arena, const gchk_tail *tail, const gchk_sanitizers *sanitizers, long pid,
                                  gchk_case_result *result, gchk_error *error) GCHK_MUST_USE;

#endif
