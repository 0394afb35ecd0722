/* What the figures have in common. */
#ifndef GCHK_REPORT_FIGURE_PARTS_H
#define GCHK_REPORT_FIGURE_PARTS_H

#include "core/text.h"
#include "report/result_rows.h"

/* <figure> with its caption, and what closes it; between the two stand the plot and the table. */
void gchk_figure_begin(const char *what, gchk_text *out);
void gchk_figure_table(gchk_text *out, const char *const *heads, size_t count); /* <details><table> with a head */
void gchk_figure_cell(gchk_text *out, int digits, double x);                    /* a number */
void gchk_figure_table_end(gchk_text *out);
void gchk_figure_end(gchk_text *out);
void gchk_figure_id(const gchk_row *row, const char *kind, char *id, size_t size);
void gchk_figure_title(const gchk_row *row, const char *what, gchk_text *title); /* raw */

/* An entry of a legend: a drawing, as SVG of 26 by 12, and what it means. */
void gchk_figure_key(gchk_text *out, const char *drawing, const char *word);

#endif
