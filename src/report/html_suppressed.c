/* The HTML section "Suppressed": what is known to be wrong, and left until a day. */
#include "report/html_suppressed.h"

#include <stdlib.h>

#include "report/html_words.h"
#include "report/suppressed_rows.h"

bool gchk_has_suppressed(const gchk_result *result) {
  for (size_t i = 0; i < result->case_count; i++)
    if (result->cases[i].suppression_count > 0)
      return true;
  return false;
}

static void put_row(gchk_text *out, const gchk_suppressed *row) {
  const bool is_due = gchk_suppressed_is_due(row);
  gchk_text words = {0};
  gchk_text_format(out, "<tr class=\"%s\"><td>%s</td><th scope=\"row\">", is_due ? "inconclusive" : "",
                   is_due ? "<span class=\"v inconclusive\">no more</span>" : "known");
  gchk_html_path(out, row->owner->layer);
  gchk_text_put(out, "</th><td>");
  gchk_put_suppressed(&words, row);
  gchk_html_take(out, &words);
  gchk_text_put(out, "</td></tr>\n");
}

void gchk_html_suppressed(const gchk_result *result, gchk_text *out) {
  static const char *const heads[] = {"State", "Layer", "What, until when, and why"};
  gchk_suppressed_list list;
  if (!gchk_has_suppressed(result))
    return;
  if (!gchk_list_suppressed(result, &list)) {
    out->failed = true;
    return;
  }
  gchk_text_put(out,
                "<section id=\"suppressed\">\n<h2>Suppressed</h2>\n<p>Known to be wrong, and notes until their day "
                "has passed.</p>\n");
  gchk_html_heads(out, heads, sizeof heads / sizeof heads[0]);
  for (size_t i = 0; i < list.count; i++)
    put_row(out, &list.rows[i]);
  gchk_text_put(out, "</tbody></table>\n</section>\n");
  free(list.rows);
}
