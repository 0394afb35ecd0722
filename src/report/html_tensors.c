/* The table of all tensors, worst first. */
#include "report/html_tensors.h"

#include <math.h>

#include "report/html_glossary.h"
#include "report/html_words.h"
#include "report/words.h"

static bool has_threshold(const gchk_html_page *page) {
  for (size_t i = 0; i < page->tensors.count; i++)
    if (!isnan(page->tensors.rows[i].tensor->threshold))
      return true;
  return false;
}

static void put_digits(gchk_text *out, double digits) {
  gchk_text_put(out, "<td class=\"n\">");
  if (isnan(digits))
    gchk_text_put(out, "–");
  else
    gchk_text_real(out, 'f', 1, digits);
  gchk_text_put(out, "</td><td>");
}

static void put_row(const gchk_html_page *page, const gchk_row *row, bool with_threshold, gchk_text *out) {
  const gchk_tensor_result *t = row->tensor;
  gchk_text remarks = {0};
  gchk_text_format(out, "<tr class=\"f %s%s\"><td>", gchk_verdict_name(gchk_row_verdict(row)), gchk_html_state(row));
  gchk_html_row_verdict(out, row);
  gchk_text_put(out, "</td><th scope=\"row\">");
  gchk_html_put_link(page, row, out);
  gchk_text_put(out, "</th>");
  if (t->checked > 0 && isnan(t->mean_abs_diff)) // not a missing value but a gradient that is no number
    gchk_text_put(out, "<td class=\"n\">NaN</td>");
  else
    gchk_html_number(out, t->mean_abs_diff);
  gchk_html_number(out, gchk_row_bound(t));
  put_digits(out, t->digits);
  gchk_put_remarks(&remarks, row);
  gchk_html_take(out, &remarks);
  gchk_text_put(out, "</td><td class=\"n\">");
  gchk_put_shape(out, &t->shape);
  gchk_text_put(out, "</td><td class=\"n\">");
  gchk_text_grouped(out, t->checked);
  gchk_text_put(out, "/");
  gchk_text_grouped(out, t->total);
  gchk_text_put(out, "</td>");
  if (with_threshold)
    gchk_html_number(out, t->threshold);
  gchk_text_put(out, "</tr>\n");
}

void gchk_html_tensors(const gchk_html_page *page, gchk_text *out) {
  static const char *const heads[] = {"Verdict", "Tensor", ">Mean diff", GCHK_HTML_BOUND,    ">Digits",
                                      "Remarks", ">Shape", ">Checked",   GCHK_HTML_THRESHOLD};
  enum { HEADS = sizeof heads / sizeof heads[0] };
  const bool with_threshold = has_threshold(page);
  if (page->tensors.count == 0)
    return;
  gchk_text_put(out, "<section id=\"tensors\">\n<h2>All tensors, worst first</h2>\n");
  gchk_text_put(out,
                "<p>The mean of |analytic − numeric|, and what it may be off by. Each tensor leads to the fold of its "
                "case, which has all of it; a narrow screen shows fewer columns.</p>\n");
  gchk_html_heads(out, heads, with_threshold ? HEADS : HEADS - 1);
  for (size_t i = 0; i < page->tensors.count; i++)
    put_row(page, &page->tensors.rows[i], with_threshold, out);
  gchk_text_put(out, "</tbody></table>\n</section>\n");
}
