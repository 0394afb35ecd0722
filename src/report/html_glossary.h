/* The glossary of the HTML report: the words of reports, and the codes and doubts that this one has. */
#ifndef GCHK_REPORT_HTML_GLOSSARY_H
#define GCHK_REPORT_HTML_GLOSSARY_H

#include "report/html_page.h"

void gchk_html_glossary(const gchk_html_page *page, gchk_text *out);

#endif
