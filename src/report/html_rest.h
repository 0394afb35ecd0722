/* The end of the HTML report: what was not checked, the glossary, environment and configuration. */
#ifndef GCHK_REPORT_HTML_REST_H
#define GCHK_REPORT_HTML_REST_H

#include "report/html_page.h"

void gchk_html_rest(const gchk_html_page *page, gchk_text *out);

#endif
