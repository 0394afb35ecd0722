/* Sections 5 to 9 of the HTML report: the figures, as many as fit `budget` bytes. */
#ifndef GCHK_REPORT_HTML_FIGURES_H
#define GCHK_REPORT_HTML_FIGURES_H

#include "core/text.h"
#include "report/result_rows.h"

void gchk_html_figures(const gchk_result *result, const gchk_row_list *tensors, size_t budget, gchk_text *out);

#endif
