/* What a sanitizer reported of a case that came to its end, as findings. */
#ifndef GCHK_CRASH_SANITIZER_FINDINGS_H
#define GCHK_CRASH_SANITIZER_FINDINGS_H

#include "core/arena.h"
#include "crash/sanitizer_runtime.h"
#include "crash/stderr_tail.h"
#include "gradcheck/result.h"

/*
 * Appends a finding for an error after which AddressSanitizer went on (`has_memory_error`), which fails the case, and a
 * note for a race and for each kind of undefined behaviour. Without such a runtime nothing: any layer may write the
 * same words.
 */
gchk_status gchk_report_sanitizer(gchk_arena *arena, const gchk_tail *tail, const gchk_sanitizers *sanitizers,
                                  bool has_memory_error, gchk_case_result *result, gchk_error *error) GCHK_MUST_USE;

#endif
