/* The cases of the HTML report: a fold each, which holds all that is known of it. */
#ifndef GCHK_REPORT_HTML_CASES_H
#define GCHK_REPORT_HTML_CASES_H

#include "report/html_page.h"

/* Fills page->details, worst tensors first, until `room` bytes are used. */
void gchk_html_fill_details(gchk_html_page *page, size_t room);

/* Wrong cases, inconclusive ones (the first few of both open), those with undecided elements, and the others. */
void gchk_html_cases(gchk_html_page *page, gchk_text *out);

#endif
