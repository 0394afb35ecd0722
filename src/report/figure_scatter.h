/* Analytic against numeric, symlog, failing elements with their index. */
#ifndef GCHK_REPORT_FIGURE_SCATTER_H
#define GCHK_REPORT_FIGURE_SCATTER_H

#include "core/text.h"
#include "report/result_rows.h"

/* A figure with a table of its data behind it; one that would be empty says in words why it is. Not of a scalar. */
void gchk_figure_scatter(const gchk_row *row, gchk_text *out);

void gchk_key_scatter(gchk_text *out); /* the legend, once a section */

#endif
