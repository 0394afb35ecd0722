/* The glossary of the HTML report: the words of reports, and the codes and doubts that this one has. */
#ifndef GCHK_REPORT_HTML_GLOSSARY_H
#define GCHK_REPORT_HTML_GLOSSARY_H

#include "report/html_page.h"

/* Heads for gchk_html_heads that lead to their word; the first three are of numbers. */
#define GCHK_HTML_BOUND          "><a href=\"#word-bound\">Bound</a>"
#define GCHK_HTML_THRESHOLD      "><a href=\"#word-threshold\">Threshold</a>"
#define GCHK_HTML_BOUND_AND_BARS GCHK_HTML_BOUND "<br><a href=\"#word-error-bars\">error bars</a>"
#define GCHK_HTML_UNDECIDED      "<a href=\"#word-undecided\">Undecided</a>"

void gchk_html_glossary(const gchk_html_page *page, gchk_text *out);

#endif
