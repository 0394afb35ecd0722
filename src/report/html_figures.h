/* The figures of tensors in the HTML report, and how to read them. */
#ifndef GCHK_REPORT_HTML_FIGURES_H
#define GCHK_REPORT_HTML_FIGURES_H

#include "core/text.h"
#include "report/result_rows.h"

/* All kinds that show something of the tensor, one after the other. */
void gchk_html_figures(const gchk_row *row, gchk_text *out);

/* What each kind shows, with its legend, folded. */
void gchk_html_figures_guide(gchk_text *out);

#endif
