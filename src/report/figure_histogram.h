/* |analytic - numeric| in half decades, with bins for exactly zero and for not finite, and the threshold. */
#ifndef GCHK_REPORT_FIGURE_HISTOGRAM_H
#define GCHK_REPORT_FIGURE_HISTOGRAM_H

#include "core/text.h"
#include "report/result_rows.h"

/* A figure with a table of its data behind it; one that would be empty says in words why it is. Not of a scalar. */
void gchk_figure_histogram(const gchk_row *row, gchk_text *out);

#endif
