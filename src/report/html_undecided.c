/* Undecided elements as a table, and what would decide them as a list. */
#include "report/html_undecided.h"

#include <stdlib.h>

#include "report/html_words.h"
#include "report/rerun.h"
#include "report/undecided_text.h"
#include "report/words.h"

enum { MOST_ELEMENTS = 400 };

static void put_element(const gchk_result *result, const gchk_row *row, const gchk_undecided_element *e,
                        gchk_text *out) {
  gchk_text index = {0}, command = {0};
  gchk_put_index(&index, &row->tensor->shape, e->flat);
  gchk_put_explain(&command, result, row, e->flat);
  gchk_text_put(out, "<tr><td class=\"name\">");
  gchk_html_name(out, row->owner->name);
  gchk_text_put(out, "</td><td class=\"name\">");
  gchk_html_name(out, row->tensor->name);
  gchk_text_format(out, "</td><th scope=\"row\" class=\"code\">%s</th>", index.length ? index.data : "the value");
  gchk_html_number(out, e->analytic);
  gchk_html_number(out, e->numeric);
  gchk_html_number(out, e->bound);
  gchk_text_format(out, "<td>%s</td><td class=\"words\"><code>", gchk_doubt_find(e->doubt)->name);
  gchk_html_name(out, command.length ? command.data : "");
  gchk_text_put(out, "</code></td></tr>\n");
  out->failed = out->failed || index.failed || command.failed;
  gchk_text_deinit(&index);
  gchk_text_deinit(&command);
}

static void put_table(const gchk_result *result, const gchk_row_list *list, gchk_text *out) {
  size_t shown = 0, left = 0;
  gchk_text_put(out, "<div class=\"scroll\"><table><thead><tr><th scope=\"col\">Case</th><th scope=\"col\">Tensor</th>"
                     "<th scope=\"col\">Index</th><th scope=\"col\" class=\"n\">Analytic</th>"
                     "<th scope=\"col\" class=\"n\">Numeric</th><th scope=\"col\" class=\"n\">Bound</th>"
                     "<th scope=\"col\">Why</th><th scope=\"col\">Look at it</th></tr></thead><tbody>\n");
  for (size_t i = 0; i < list->count; i++) {
    const gchk_tensor_result *t = list->rows[i].tensor;
    size_t here = 0;
    for (; here < t->undecided.listed_count && shown < MOST_ELEMENTS; here++, shown++)
      put_element(result, &list->rows[i], &t->undecided.listed[here], out);
    left += t->elements.undecided - here;
  }
  gchk_text_put(out, "</tbody></table></div>\n");
  if (left > 0) {
    gchk_text_put(out, "<p>… and ");
    gchk_text_grouped(out, left);
    gchk_text_put(out, " more.</p>\n");
  }
}

static void put_sentences(const gchk_row_list *list, gchk_text *out) {
  gchk_text_put(out, "<ul>\n");
  for (size_t i = 0; i < list->count; i++) {
    const gchk_row *row = &list->rows[i];
    gchk_text sentence = {0}, twin = {0};
    gchk_put_undecided_sentence(&sentence, row->tensor);
    gchk_put_twin_command(&twin, row);
    gchk_text_put(out, "<li><b>");
    gchk_html_name(out, row->owner->name);
    gchk_text_put(out, " · ");
    gchk_html_name(out, row->tensor->name);
    gchk_text_put(out, "</b>: ");
    gchk_html_name(out, sentence.length ? sentence.data : "");
    gchk_text_put(out, ".");
    if (twin.length > 0) {
      gchk_text_put(out, " Its double twin decides: <code>");
      gchk_html_name(out, twin.data);
      gchk_text_put(out, "</code>");
    }
    gchk_text_put(out, "</li>\n");
    out->failed = out->failed || sentence.failed || twin.failed;
    gchk_text_deinit(&sentence);
    gchk_text_deinit(&twin);
  }
  gchk_text_put(out, "</ul>\n");
}

static void put_remedies(const gchk_row_list *list, gchk_text *out) {
  unsigned doubts = 0;
  for (size_t i = 0; i < list->count; i++)
    doubts |= gchk_doubts_of(list->rows[i].tensor);
  if (doubts == 0)
    return;
  gchk_text_put(out, "<dl>\n");
  for (unsigned doubt = GCHK_NO_DOUBT + 1; doubt < GCHK_DOUBT_COUNT; doubt++) {
    const gchk_doubt_doc *doc = gchk_doubt_find((gchk_doubt)doubt);
    if ((doubts & 1u << doubt) != 0)
      gchk_text_format(out, "<dt>%s</dt><dd>%s: %s</dd>\n", doc->name, doc->meaning, doc->remedy);
  }
  gchk_text_put(out, "</dl>\n");
}

void gchk_html_undecided(const gchk_result *result, gchk_text *out) {
  gchk_row_list list;
  if (!gchk_list_undecided(result, &list)) {
    out->failed = true;
    return;
  }
  if (list.count > 0) {
    gchk_text_put(out, "<h3 id=\"undecided\">Undecided elements</h3>\n<p>Neither right nor wrong after every retry. A "
                       "tensor passes with them where they are few and scattered and the others would have shown a "
                       "wrong gradient; they are never counted among the passed elements.</p>\n");
    put_sentences(&list, out);
    put_table(result, &list, out);
    put_remedies(&list, out);
  }
  free(list.rows);
}
