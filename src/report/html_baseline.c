/* The HTML section of the changes against the baseline: regressions first. */
#include "report/html_baseline.h"

#include <math.h>
#include <string.h>

#include "report/change_words.h"
#include "report/html_words.h"
#include "report/quoted.h"
#include "report/words.h"

static void put_mean(gchk_text *out, double mean) {
  if (isnan(mean))
    return;
  gchk_text_put(out, "<br>mean ");
  gchk_text_real(out, 'g', 3, mean);
}

static void put_change(const gchk_change *change, gchk_text *out) {
  bool is_scheme = strcmp(change->what, "scheme") == 0;
  gchk_text_format(out, "<tr class=\"%s\"><td>", change->is_regression ? "fail" : "");
  gchk_text_put(out, change->is_regression ? "<span class=\"v fail\">regression</span>" : "changed");
  gchk_text_put(out, "</td><th scope=\"row\">");
  gchk_html_path(out, is_scheme ? "the whole run" : change->case_name);
  gchk_text_put(out, *change->tensor && !is_scheme ? " · " : "");
  gchk_html_path(out, is_scheme ? "" : change->tensor);
  gchk_text_put(out, "</th><td>");
  if (is_scheme)
    gchk_put_change(out, change);
  else
    gchk_html_name(out, change->what);
  if (change->renamed != NULL) {
    gchk_text quoted = {0};
    gchk_put_quoted(&quoted, change->renamed);
    gchk_text_put(out, "<br>if it is called otherwise now: <code>--renamed ");
    gchk_html_take(out, &quoted);
    gchk_text_put(out, "</code>");
  }
  gchk_text_put(out, "</td>");
  bool has_before = strcmp(change->what, "added") != 0, has_after = strcmp(change->what, "vanished") != 0;
  for (int side = 0; side < 2; side++) {
    bool is_there = !is_scheme && (side == 0 ? has_before : has_after);
    gchk_text_put(out, "<td>");
    if (is_there) {
      gchk_html_verdict(out, side == 0 ? change->verdict_before : change->verdict_after);
      put_mean(out, side == 0 ? change->before : change->after);
    }
    gchk_text_put(out, "</td>");
  }
  gchk_text_put(out, "</tr>\n");
}

void gchk_html_baseline(const gchk_result *result, gchk_text *out) {
  static const char *const heads[] = {"Change", "Tensor", "What", "Before", "After"};
  const gchk_baseline_result *baseline = &result->baseline;
  if (baseline->file == NULL)
    return;
  gchk_text_put(out, "<section id=\"baseline\">\n<h2>Against the baseline</h2>\n");
  if (baseline->change_count == 0) {
    gchk_text_put(out, "<p class=\"none\">Nothing changed since <code>");
    gchk_html_name(out, baseline->file);
    gchk_text_put(out, "</code>.</p>\n");
  } else {
    gchk_text_put(out, "<p>Since <code>");
    gchk_html_name(out, baseline->file);
    gchk_text_put(
        out, "</code>. A mean difference counts as changed when it grew by a decade and is above its bound.</p>\n");
    gchk_html_heads(out, heads, sizeof heads / sizeof heads[0]);
    for (int regressions = 1; regressions >= 0; regressions--)
      for (size_t i = 0; i < baseline->change_count; i++)
        if (baseline->changes[i].is_regression == (regressions == 1))
          put_change(&baseline->changes[i], out);
    gchk_text_put(out, "</tbody></table>\n");
  }
  gchk_text_put(out, "</section>\n");
}
