/* The undecided elements of the HTML report. */
#ifndef GCHK_REPORT_HTML_UNDECIDED_H
#define GCHK_REPORT_HTML_UNDECIDED_H

#include "report/html_page.h"

/* What would decide them, over all tensors; nothing where there are none. */
void gchk_html_undecided(const gchk_html_page *page, gchk_text *out);

/* Those of a tensor, with their reasons; nothing where it has none. */
void gchk_html_undecided_elements(const gchk_result *result, const gchk_row *row, gchk_text *out);

#endif
