/* A tensor in the fold of its case: facts, findings, elements, commands and figures. */
#ifndef GCHK_REPORT_HTML_TENSOR_H
#define GCHK_REPORT_HTML_TENSOR_H

#include "report/html_page.h"

/* Its facts, a few of its elements and its figures: what is left out where the page has no room. */
void gchk_html_tensor_details(const gchk_row *row, gchk_text *out);

/* Heading, findings, commands and, where the page has them, its details. */
void gchk_html_tensor(const gchk_html_page *page, const gchk_row *row, gchk_text *out);

#endif
