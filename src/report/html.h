/* The HTML report: one page, without scripts, that loads nothing. */
#ifndef GCHK_REPORT_HTML_H
#define GCHK_REPORT_HTML_H

#include "core/text.h"
#include "gradcheck/report.h"

/* With options->stylesheet the page links that file, else it carries its style itself. */
void gchk_html_report(const gchk_result *result, const gchk_report_options *options, gchk_text *out);

#endif
