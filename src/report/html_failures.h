/* What is wrong: the causes, with links to the folds that have them at length. */
#ifndef GCHK_REPORT_HTML_FAILURES_H
#define GCHK_REPORT_HTML_FAILURES_H

#include "report/html_page.h"

void gchk_html_failures(const gchk_html_page *page, gchk_text *out);

#endif
