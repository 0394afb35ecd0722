/* The blocks of the text report about what is wrong. */
#ifndef GCHK_REPORT_TEXT_PROBLEMS_H
#define GCHK_REPORT_TEXT_PROBLEMS_H

#include "core/text.h"
#include "gradcheck/report.h"
#include "report/result_rows.h"

/* All of them; `options` may be NULL. */
void gchk_text_problems(const gchk_result *result, const gchk_report_options *options, gchk_text *out);
void gchk_text_problem(const gchk_result *result, const gchk_row *row, gchk_text *out); /* one of them */

#endif
