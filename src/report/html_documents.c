/* The HTML section "Documents": what they print beside what gradcheck gives. */
#include "report/html_documents.h"

#include <stdlib.h>
#include <string.h>

#include "report/html_words.h"
#include "report/printed_rows.h"

static void put_row(gchk_text *out, const gchk_result *result, const gchk_printed_row *row) {
  const gchk_printed_result *printed = row->printed;
  const char *verdict = gchk_verdict_name(printed->verdict);
  gchk_text raw = {0};
  gchk_text_format(out, "<tr class=\"%s\"><td><span class=\"v %s\">%s</span></td><th scope=\"row\">", verdict, verdict,
                   gchk_printed_word(printed));
  gchk_html_path(out, printed->at);
  gchk_text_put(out, "</th><td>");
  gchk_html_words(out, printed->prints);
  gchk_text_put(out, "</td><td>");
  gchk_put_given(&raw, printed);
  gchk_html_take(out, &raw);
  gchk_text_put(out, "<br><code>");
  gchk_put_printed_command(&raw, result, row);
  gchk_html_take(out, &raw);
  gchk_text_put(out, "</code></td></tr>\n");
}

/* One document's rows of the list, which begin at `first`. Folded, unless one differs. Returns how many there are. */
static size_t put_document(gchk_text *out, const gchk_result *result, const gchk_printed_list *list, size_t first) {
  static const char *const heads[] = {"Verdict", "Where", "It prints", "gradcheck gives"};
  gchk_printed_list document = {.rows = list->rows + first, .count = 0};
  bool differs = false;
  for (size_t i = first; i < list->count; i++) {
    if (strcmp(list->rows[i].printed->document, list->rows[first].printed->document) != 0)
      break;
    differs = differs || list->rows[i].printed->verdict >= GCHK_FAIL;
    document.count++;
  }
  gchk_text_format(out, "<details class=\"case\"%s><summary><h3>", differs ? " open=\"\"" : "");
  gchk_html_path(out, document.rows[0].printed->document);
  gchk_text_put(out, "</h3> <small>");
  gchk_put_printed_counts(out, &document);
  gchk_text_put(out, "</small></summary>\n<div>\n");
  gchk_html_heads(out, heads, sizeof heads / sizeof heads[0]);
  for (size_t i = 0; i < document.count; i++)
    put_row(out, result, &document.rows[i]);
  gchk_text_put(out, "</tbody></table>\n</div></details>\n");
  return document.count;
}

void gchk_html_documents(const gchk_result *result, gchk_text *out) {
  gchk_printed_list list;
  if (!gchk_has_printed(result))
    return;
  if (!gchk_list_printed(result, &list)) {
    out->failed = true;
    return;
  }
  gchk_text_put(out,
                "<section id=\"documents\">\n<h2>Documents</h2>\n<p>What documents print, and what gradcheck gives: ");
  gchk_put_printed_counts(out, &list);
  gchk_text_put(out, ".</p>\n");
  for (size_t i = 0; i < list.count;)
    i += put_document(out, result, &list, i);
  gchk_text_put(out, "</section>\n");
  free(list.rows);
}
