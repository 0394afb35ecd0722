/* A whole result as JSON: the file that every other report can be made from again. Layout: reports/schema.json. */
#ifndef GCHK_RESULT_JSON_REPORT_H
#define GCHK_RESULT_JSON_REPORT_H

#include "core/text.h"
#include "gradcheck/result.h"

void gchk_json_report(const gchk_result *result, gchk_text *out);

/* Reads what gchk_json_report wrote; `name` is for messages. GCHK_INVALID with name:line:column. */
gchk_status gchk_json_parse(const char *name, const char *text, size_t length, gchk_result **result,
                            gchk_error *error) GCHK_MUST_USE;

#endif
