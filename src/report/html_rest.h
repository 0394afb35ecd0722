/* Section 10 of the HTML report: what was not checked, notes, environment and configuration. */
#ifndef GCHK_REPORT_HTML_REST_H
#define GCHK_REPORT_HTML_REST_H

#include "core/text.h"
#include "report/result_rows.h"

void gchk_html_rest(const gchk_result *result, const gchk_row_list *tensors, gchk_text *out);

#endif
