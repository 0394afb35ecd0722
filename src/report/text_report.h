/* The text report: for terminals, logs, and people who grep. */
#ifndef GCHK_REPORT_TEXT_REPORT_H
#define GCHK_REPORT_TEXT_REPORT_H

#include "core/text.h"
#include "gradcheck/report.h"

void gchk_text_report(const gchk_result *result, const gchk_report_options *options, gchk_text *out);

#endif
