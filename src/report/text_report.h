/* The text report: for terminals, logs, and people who grep. */
#ifndef GCHK_REPORT_TEXT_REPORT_H
#define GCHK_REPORT_TEXT_REPORT_H

#include "core/text.h"
#include "report/words.h"

void gchk_text_report(const gchk_result *result, const gchk_report_options *options, gchk_text *out);

/* The parts of it: the blocks about what is wrong, and the changes against the baseline (`gradcheck diff`). */
void gchk_text_problems(const gchk_result *result, const gchk_report_options *options, gchk_text *out);
void gchk_text_problem(const gchk_result *result, const gchk_row *row, gchk_text *out); /* one of the blocks */
void gchk_text_baseline(const gchk_baseline_result *baseline, const gchk_report_options *options, gchk_text *out);

#endif
