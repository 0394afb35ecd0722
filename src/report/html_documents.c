/* The HTML section "Documents": what they print beside what gradcheck gives. */
#include "report/html_documents.h"

#include <stdlib.h>

#include "report/html_words.h"
#include "report/printed_rows.h"

static void put_raw(gchk_text *out, gchk_text *raw) {
  gchk_html_name(out, raw->length > 0 ? raw->data : "");
  out->failed = out->failed || raw->failed;
  gchk_text_deinit(raw);
}

static void put_row(gchk_text *out, const gchk_result *result, const gchk_printed_row *row) {
  const gchk_printed_result *printed = row->printed;
  const char *verdict = gchk_verdict_name(printed->verdict);
  gchk_text raw = {0};
  gchk_text_format(out, "<tr class=\"%s\"><td><span class=\"v %s\">%s</span></td><th scope=\"row\">", verdict, verdict,
                   gchk_printed_word(printed));
  gchk_html_name(out, printed->document);
  gchk_text_put(out, "</th><td>");
  gchk_html_name(out, printed->at);
  gchk_text_put(out, "</td><td class=\"printed\">");
  gchk_html_name(out, printed->prints);
  gchk_text_put(out, "</td><td class=\"printed\">");
  gchk_put_given(&raw, printed);
  put_raw(out, &raw);
  gchk_text_put(out, "</td><td class=\"command\"><code>");
  gchk_put_printed_command(&raw, result, row);
  put_raw(out, &raw);
  gchk_text_put(out, "</code></td></tr>\n");
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
  gchk_text_put(out, ".</p>\n<div class=\"scroll tall\"><table><thead><tr><th scope=\"col\">Verdict</th>"
                     "<th scope=\"col\">Document</th><th scope=\"col\">Where</th><th scope=\"col\">It prints</th>"
                     "<th scope=\"col\">gradcheck gives</th><th scope=\"col\">Command</th></tr></thead><tbody>\n");
  for (size_t i = 0; i < list.count; i++)
    put_row(out, result, &list.rows[i]);
  gchk_text_put(out, "</tbody></table></div>\n</section>\n");
  free(list.rows);
}
