/* log step against log error: median, 10-90 % band, worst, bound, the chosen step, guides of slope +2 and -1. */
#ifndef GCHK_REPORT_FIGURE_STEPS_H
#define GCHK_REPORT_FIGURE_STEPS_H

#include "core/text.h"
#include "report/result_rows.h"

/* A figure with a table of its data behind it; one that would be empty says in words why it is. */
void gchk_figure_steps(const gchk_row *row, gchk_text *out);

/* The plot alone, as an <svg>; nothing where there is nothing to draw. Its steps are positive. */
void gchk_figure_steps_plot(const gchk_row *row, gchk_text *out);

void gchk_key_steps(gchk_text *out); /* the legend, once a section */

#endif
