/* The CSS of the HTML pages. */
#ifndef GCHK_REPORT_HTML_STYLE_H
#define GCHK_REPORT_HTML_STYLE_H

#include "core/text.h"

void gchk_html_stylesheet(gchk_text *out);

#endif
