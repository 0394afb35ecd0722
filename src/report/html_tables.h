/* Sections 2 and 4 of the HTML report: the cards of what is wrong, and the table of all tensors. */
#ifndef GCHK_REPORT_HTML_TABLES_H
#define GCHK_REPORT_HTML_TABLES_H

#include "core/text.h"
#include "report/result_rows.h"

/* The ids of figures in the cards come from the order that `tensors` has. */
void gchk_html_failures(const gchk_result *result, const gchk_row_list *tensors, gchk_text *out);
void gchk_html_tensors(const gchk_row_list *tensors, gchk_text *out);

#endif
