/* |analytic - numeric| of a matrix by decades, with a ring on the worst. */
#ifndef GCHK_REPORT_FIGURE_HEATMAP_H
#define GCHK_REPORT_FIGURE_HEATMAP_H

#include "core/text.h"
#include "report/result_rows.h"

/* A figure with a table of its data behind it; nothing at all where there is no map. */
void gchk_figure_heatmap(const gchk_row *row, gchk_text *out);

void gchk_key_heatmap(gchk_text *out); /* the legend, once a section */

#endif
