/* The changes against a baseline as text. */
#ifndef GCHK_REPORT_TEXT_BASELINE_H
#define GCHK_REPORT_TEXT_BASELINE_H

#include "core/text.h"
#include "gradcheck/report.h"

/* Nothing where there is no baseline. `options` may be NULL. */
void gchk_text_baseline(const gchk_baseline_result *baseline, const gchk_report_options *options, gchk_text *out);

#endif
