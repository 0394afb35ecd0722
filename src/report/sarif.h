/* A result as SARIF, the interchange format of static analysers that code hosts show beside the code. */
#ifndef GCHK_REPORT_SARIF_H
#define GCHK_REPORT_SARIF_H

#include "core/text.h"
#include "gradcheck/report.h"

void gchk_sarif_report(const gchk_result *result, const gchk_report_options *options, gchk_text *out);

#endif
