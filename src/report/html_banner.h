/* Section 1 of the HTML report: the verdict, in a word, a sentence and figures. */
#ifndef GCHK_REPORT_HTML_BANNER_H
#define GCHK_REPORT_HTML_BANNER_H

#include "core/text.h"
#include "gradcheck/result.h"

void gchk_html_banner(const gchk_result *result, gchk_text *out);

#endif
