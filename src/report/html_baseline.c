/* The HTML section of the changes against the baseline: regressions first. */
#include "report/html_baseline.h"

#include <math.h>
#include <string.h>

#include "report/html_words.h"
#include "report/words.h"

static void put_change(const gchk_change *change, gchk_text *out) {
  bool is_scheme = strcmp(change->what, "scheme") == 0;
  gchk_text_format(out, "<tr class=\"%s\"><td>", change->is_regression ? "fail" : "");
  gchk_text_put(out, change->is_regression ? "<span class=\"v fail\">regression</span>" : "changed");
  gchk_text_put(out, "</td><th scope=\"row\" class=\"name\">");
  gchk_html_name(out, is_scheme ? "the whole run" : change->case_name);
  gchk_text_put(out, "</th><td class=\"name\">");
  gchk_html_name(out, change->tensor);
  gchk_text_put(out, "</td><td class=\"words\">");
  if (is_scheme)
    gchk_put_change(out, change);
  else
    gchk_html_name(out, change->what);
  gchk_text_put(out, "</td>");
  bool has_before = strcmp(change->what, "added") != 0, has_after = strcmp(change->what, "vanished") != 0;
  for (int side = 0; side < 2; side++) {
    bool is_there = !is_scheme && (side == 0 ? has_before : has_after);
    gchk_text_put(out, "<td>");
    if (is_there)
      gchk_html_verdict(out, side == 0 ? change->verdict_before : change->verdict_after);
    gchk_text_put(out, "</td>");
    gchk_html_number(out, is_there ? (side == 0 ? change->before : change->after) : (double)NAN);
  }
  gchk_text_put(out, "</tr>\n");
}

void gchk_html_baseline(const gchk_result *result, gchk_text *out) {
  const gchk_baseline_result *baseline = &result->baseline;
  gchk_text_put(out, "<section id=\"baseline\">\n<h2>Against the baseline</h2>\n");
  if (baseline->file == NULL)
    gchk_text_put(out, "<p class=\"none\">No baseline was given: nothing to compare with.</p>\n");
  else if (baseline->change_count == 0) {
    gchk_text_put(out, "<p class=\"none\">Nothing changed since <code>");
    gchk_html_name(out, baseline->file);
    gchk_text_put(out, "</code>.</p>\n");
  } else {
    gchk_text_put(out, "<p>Since <code>");
    gchk_html_name(out, baseline->file);
    gchk_text_put(out,
                  "</code>. A mean difference counts as changed when it grew by a decade and is above its bound.</p>\n"
                  "<div class=\"scroll\"><table><thead><tr><th scope=\"col\">Change</th><th scope=\"col\">Case</th>"
                  "<th scope=\"col\">Tensor</th><th scope=\"col\">What</th><th scope=\"col\">Before</th>"
                  "<th scope=\"col\" class=\"n\">mean before</th><th scope=\"col\">After</th>"
                  "<th scope=\"col\" class=\"n\">mean after</th></tr></thead><tbody>\n");
    for (int regressions = 1; regressions >= 0; regressions--)
      for (size_t i = 0; i < baseline->change_count; i++)
        if (baseline->changes[i].is_regression == (regressions == 1))
          put_change(&baseline->changes[i], out);
    gchk_text_put(out, "</tbody></table></div>\n");
  }
  gchk_text_put(out, "</section>\n");
}
