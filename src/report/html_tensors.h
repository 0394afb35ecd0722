/* The table of all tensors in the HTML report: the figures that tell them apart; the rest is in the folds. */
#ifndef GCHK_REPORT_HTML_TENSORS_H
#define GCHK_REPORT_HTML_TENSORS_H

#include "report/html_page.h"

void gchk_html_tensors(const gchk_html_page *page, gchk_text *out);

#endif
