/* One case's result as JSON, with its timing: what a child process sends to its parent. */
#ifndef GCHK_RESULT_CASE_JSON_H
#define GCHK_RESULT_CASE_JSON_H

#include "core/arena.h"
#include "gradcheck/result.h"

/* As a string that the caller frees. What is read back writes the same bytes. */
gchk_status gchk_case_to_json(const gchk_case_result *result, char **text, gchk_error *error) GCHK_MUST_USE;

/* All memory of `result` is the arena's. GCHK_INVALID when the text is not what gchk_case_to_json writes. */
gchk_status gchk_case_from_json(gchk_arena *arena, const char *text, size_t length, gchk_case_result *result,
                                gchk_error *error) GCHK_MUST_USE;

#endif
