/*
 * The figures of a tensor, each with a table of its data behind it. A figure that would be empty says in words why it
 * is.
 *
 * `prefix` starts the ids within the page: the same tensor may have a figure in two places.
 */
#ifndef GCHK_REPORT_FIGURES_H
#define GCHK_REPORT_FIGURES_H

#include "report/words.h"

/* log step against log error: median, 10-90 % band, worst, bound, the chosen step, guides of slope +2 and -1. */
void gchk_figure_steps(const gchk_row *row, const char *prefix, gchk_text *out);

/* |analytic - numeric| in half decades, with bins for exactly zero and for not finite, and the threshold. Not of a
 * scalar. */
void gchk_figure_histogram(const gchk_row *row, const char *prefix, gchk_text *out);

/* Analytic against numeric, symlog, failing elements with their index. Not of a scalar. */
void gchk_figure_scatter(const gchk_row *row, const char *prefix, gchk_text *out);

/* |analytic - numeric| of a matrix by decades, with a ring on the worst. Nothing at all where there is no map. */
void gchk_figure_heatmap(const gchk_row *row, const char *prefix, gchk_text *out);

/*
 * <figure> with its caption, and what closes it; between the two stand the plot and the table. For the four above. The
 * caption names the tensor, or, where a prefix says that the figure stands beside its tensor's name, `what` it is.
 */
void gchk_figure_begin(const gchk_row *row, const char *prefix, const char *what, gchk_text *out);
void gchk_figure_table(gchk_text *out, const char *const *heads, size_t count); /* <details><table> with a head */
void gchk_figure_cell(gchk_text *out, double x);                                /* a number */
void gchk_figure_table_end(gchk_text *out);
void gchk_figure_end(gchk_text *out);
void gchk_figure_id(const gchk_row *row, const char *prefix, const char *kind, char *id, size_t size);
void gchk_figure_title(const gchk_row *row, const char *what, gchk_text *title); /* raw */

/* The legends, once a section. */
void gchk_key_steps(gchk_text *out);
void gchk_key_scatter(gchk_text *out);
void gchk_key_heatmap(gchk_text *out);

#endif
