/* What the figures have in common: caption, table behind the figure, ids, legends. */
#include "report/figures.h"

#include <math.h>
#include <stdio.h>

void gchk_figure_id(const gchk_row *row, const char *prefix, const char *kind, char *id, size_t size) {
  snprintf(id, size, "%s%s-%zu", prefix, kind, row->order + 1);
}

void gchk_figure_title(const gchk_row *row, const char *what, gchk_text *title) {
  gchk_text_format(title, "%s of %s %s", what, row->owner->name, row->tensor->name);
}

void gchk_figure_begin(const gchk_row *row, const char *prefix, const char *what, gchk_text *out) {
  gchk_verdict verdict = gchk_row_verdict(row);
  bool is_expected = verdict == GCHK_PASS && row->tensor->verdict != GCHK_PASS;
  const char *word = is_expected ? "xfail" : gchk_verdict_name(verdict);
  gchk_text_put(out, "<figure><figcaption><b>");
  if (*prefix) {
    gchk_text_format(out, "%s</b></figcaption>\n", what);
    return;
  }
  gchk_text_visible(out, row->tensor->name, GCHK_MARKUP_XML);
  gchk_text_put(out, "</b> ");
  gchk_text_visible(out, row->owner->name, GCHK_MARKUP_XML);
  if (verdict != GCHK_PASS || is_expected)
    gchk_text_format(out, " <span class=\"v %s\">%s</span>", word, word);
  gchk_text_put(out, "</figcaption>\n");
}

void gchk_figure_table(gchk_text *out, const char *const *heads, size_t count) {
  gchk_text_put(out, "<details><summary>Data</summary><div class=\"scroll\"><table><thead><tr>");
  for (size_t i = 0; i < count; i++)
    gchk_text_format(out, "<th scope=\"col\">%s</th>", heads[i]);
  gchk_text_put(out, "</tr></thead><tbody>\n");
}

void gchk_figure_cell(gchk_text *out, double x) {
  gchk_text_put(out, "<td>");
  if (x == 0)
    gchk_text_put(out, "0");
  else
    gchk_text_real(out, 'e', 2, x);
  gchk_text_put(out, "</td>");
}

void gchk_figure_table_end(gchk_text *out) {
  gchk_text_put(out, "</tbody></table></div></details>");
}

void gchk_figure_end(gchk_text *out) {
  gchk_text_put(out, "</figure>\n");
}

static void put_key(gchk_text *out, const char *drawing, const char *word) {
  gchk_text_format(out,
                   "<li><svg width=\"26\" height=\"12\" viewBox=\"0 0 26 12\" aria-hidden=\"true\">%s</svg> %s</li>",
                   drawing, word);
}

void gchk_key_steps(gchk_text *out) {
  gchk_text_put(out, "<ul class=\"key\">");
  put_key(out,
          "<path class=\"s-median\" fill=\"none\" stroke=\"#0072B2\" stroke-width=\"2\" d=\"M1 6H25\"/>"
          "<circle class=\"f-median\" fill=\"#0072B2\" cx=\"13\" cy=\"6\" r=\"3\"/>",
          "median error");
  put_key(out, "<path class=\"band\" fill=\"#0072B2\" fill-opacity=\"0.16\" d=\"M1 1H25V11H1z\"/>",
          "10 to 90 % of the elements");
  put_key(out,
          "<path class=\"s-worst\" fill=\"none\" stroke=\"#D55E00\" stroke-width=\"1.5\" stroke-dasharray=\"5 3\" "
          "d=\"M1 6H25\"/>",
          "worst element");
  put_key(out,
          "<path class=\"s-bound\" fill=\"none\" stroke=\"#009E73\" stroke-width=\"2\" stroke-dasharray=\"1.5 3\" "
          "d=\"M1 6H25\"/>",
          "error bound");
  put_key(out, "<path class=\"s-chosen\" fill=\"none\" stroke=\"#4a535e\" stroke-width=\"1.5\" d=\"M13 0V12\"/>",
          "chosen step");
  put_key(out, "<path class=\"s-guide\" fill=\"none\" stroke=\"#8a929c\" stroke-dasharray=\"2 2\" d=\"M1 11L25 1\"/>",
          "slopes +2 (truncation) and −1 (rounding)");
  gchk_text_put(out, "</ul>\n");
}

void gchk_key_scatter(gchk_text *out) {
  gchk_text_put(out, "<ul class=\"key\">");
  put_key(out, "<circle class=\"f-median\" fill=\"#0072B2\" cx=\"13\" cy=\"6\" r=\"2.5\"/>", "consistent element");
  put_key(out,
          "<path class=\"s-worst\" fill=\"none\" stroke=\"#D55E00\" stroke-width=\"2\" d=\"M9 2L17 10M17 2L9 10\"/>",
          "failing element, with its index");
  put_key(out, "<path class=\"s-guide\" fill=\"none\" stroke=\"#8a929c\" d=\"M1 11L25 1\"/>", "analytic = numeric");
  gchk_text_put(out, "</ul>\n");
}

void gchk_key_heatmap(gchk_text *out) {
  gchk_text_put(out, "<ul class=\"key\">");
  put_key(
      out,
      "<circle class=\"s-worst\" fill=\"none\" stroke=\"#D55E00\" stroke-width=\"2\" cx=\"13\" cy=\"6\" r=\"4.5\"/>",
      "largest difference");
  put_key(out, "<path class=\"unchecked\" fill=\"#c4a3b8\" d=\"M7 0H19V12H7z\"/>", "not checked");
  put_key(out, "<path class=\"exact\" fill=\"#f4f6f8\" stroke=\"#8a929c\" d=\"M7 0.5H19V11.5H7z\"/>", "exactly equal");
  gchk_text_put(out, "</ul>\n");
}
