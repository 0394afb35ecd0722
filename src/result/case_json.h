/*
 * One case's result as JSON: what the result file holds a case, and what a child process sends to its parent.
 *
 * The layout is that of DESIGN, "Result (JSON)", and of reports/schema.json. What is read back writes the same bytes.
 */
#ifndef GCHK_RESULT_CASE_JSON_H
#define GCHK_RESULT_CASE_JSON_H

#include "gradcheck/result.h"
#include "result/json_reader.h"
#include "result/json_writer.h"

/* The case with its timing, as a string that the caller frees. */
gchk_status gchk_case_to_json(const gchk_case_result *result, char **text, gchk_error *error) GCHK_MUST_USE;

/* All memory of `result` is the arena's. GCHK_INVALID when the text is not what gchk_case_to_json writes. */
gchk_status gchk_case_from_json(gchk_arena *arena, const char *text, size_t length, gchk_case_result *result,
                                gchk_error *error) GCHK_MUST_USE;

/* As a value in a larger document; without its timing, which differs from run to run, or with it. */
void gchk_case_write(gchk_json *json, const char *key, const gchk_case_result *result, bool with_timing);
void gchk_case_read(gchk_reader *reader, const json_t *object, gchk_case_result *result, bool with_timing);

#endif
