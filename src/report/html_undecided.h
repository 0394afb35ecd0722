/* The undecided elements of the HTML report. */
#ifndef GCHK_REPORT_HTML_UNDECIDED_H
#define GCHK_REPORT_HTML_UNDECIDED_H

#include "core/text.h"
#include "gradcheck/result.h"

/* A table of the elements with their reasons and commands, and what would decide them; nothing where there are none. */
void gchk_html_undecided(const gchk_result *result, gchk_text *out);

#endif
