/* Section 3 of the HTML report: the changes against the baseline. */
#ifndef GCHK_REPORT_HTML_BASELINE_H
#define GCHK_REPORT_HTML_BASELINE_H

#include "core/text.h"
#include "gradcheck/result.h"

void gchk_html_baseline(const gchk_result *result, gchk_text *out);

#endif
