/* The cases of the HTML report: a fold each, which holds all that is known of it. */
#ifndef GCHK_REPORT_HTML_CASES_H
#define GCHK_REPORT_HTML_CASES_H

#include "report/html_page.h"

/* Fills page->details, worst tensors first, until `room` bytes are used. */
void gchk_html_fill_details(gchk_html_page *page, size_t room);

/* Wrong cases first, the first few of them open, then undecided ones, and the others in the run's order. */
void gchk_html_cases(gchk_html_page *page, gchk_text *out);

#endif
