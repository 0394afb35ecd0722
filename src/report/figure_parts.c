/* What the figures have in common: caption, table behind the figure, ids, entries of legends. */
#include "report/figure_parts.h"

#include <math.h>
#include <stdio.h>

void gchk_figure_id(const gchk_row *row, const char *kind, char *id, size_t size) {
  snprintf(id, size, "%s-%zu", kind, row->order + 1);
}

void gchk_figure_title(const gchk_row *row, const char *what, gchk_text *title) {
  gchk_text_format(title, "%s of %s %s", what, row->owner->name, row->tensor->name);
}

void gchk_figure_begin(const char *what, gchk_text *out) {
  gchk_text_format(out, "<figure><figcaption><b>%s</b></figcaption>\n", what);
}

void gchk_figure_table(gchk_text *out, const char *const *heads, size_t count) {
  gchk_text_put(out, "<details><summary>Data</summary><table><thead><tr>");
  for (size_t i = 0; i < count; i++)
    gchk_text_format(out, "<th scope=\"col\">%s</th>", heads[i]);
  gchk_text_put(out, "</tr></thead><tbody>\n");
}

void gchk_figure_cell(gchk_text *out, int digits, double x) {
  gchk_text_put(out, "<td>");
  if (x == 0)
    gchk_text_put(out, "0");
  else
    gchk_text_real(out, 'e', digits - 1, x);
  gchk_text_put(out, "</td>");
}

void gchk_figure_table_end(gchk_text *out) {
  gchk_text_put(out, "</tbody></table></details>");
}

void gchk_figure_end(gchk_text *out) {
  gchk_text_put(out, "</figure>\n");
}

void gchk_figure_key(gchk_text *out, const char *drawing, const char *word) {
  gchk_text_format(out,
                   "<li><svg width=\"26\" height=\"12\" viewBox=\"0 0 26 12\" aria-hidden=\"true\">%s</svg> %s</li>",
                   drawing, word);
}
