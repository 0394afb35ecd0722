/* The computational graphs of the HTML report: one for the cases of a layer that have the same one. */
#ifndef GCHK_REPORT_HTML_GRAPHS_H
#define GCHK_REPORT_HTML_GRAPHS_H

#include "report/html_page.h"

/* The graph of the case with a table behind it, or a link to the case that shows the same; nothing where it has none.
 */
void gchk_html_graph(gchk_html_page *page, const gchk_case_result *c, gchk_text *out);

#endif
