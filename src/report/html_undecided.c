/* Undecided elements as a table in the folds of their tensors, and what would decide them as a list. */
#include "report/html_undecided.h"

#include <stdlib.h>

#include "report/html_glossary.h"
#include "report/html_words.h"
#include "report/rerun.h"
#include "report/undecided_text.h"
#include "report/words.h"

enum { MOST_ELEMENTS = 20 };

static void put_element(const gchk_tensor_result *t, const gchk_undecided_element *e, gchk_text *out) {
  gchk_text index = {0};
  gchk_put_index(&index, &t->shape, e->flat);
  gchk_text_format(out, "<tr><th scope=\"row\" class=\"code\">%s</th>", index.length ? index.data : "the value");
  gchk_text_put(out, "<td class=\"n\">");
  gchk_html_put_number(out, e->analytic);
  gchk_text_put(out, "<br>");
  gchk_html_put_number(out, e->numeric);
  gchk_text_put(out, "</td>");
  gchk_html_number(out, e->bound);
  gchk_text_format(out, "<td>%s</td></tr>\n", gchk_doubt_find(e->doubt)->name);
  out->failed = out->failed || index.failed;
  gchk_text_deinit(&index);
}

void gchk_html_undecided_elements(const gchk_result *result, const gchk_row *row, gchk_text *out) {
  static const char *const heads[] = {GCHK_HTML_UNDECIDED, ">Analytic<br>numeric", GCHK_HTML_BOUND, "Why"};
  const gchk_undecided_result *undecided = &row->tensor->undecided;
  const size_t shown = undecided->listed_count < MOST_ELEMENTS ? undecided->listed_count : MOST_ELEMENTS;
  if (shown == 0)
    return;
  gchk_text sentence = {0}, command = {0};
  gchk_put_undecided_sentence(&sentence, row->tensor);
  gchk_text_put(out, "<p>");
  gchk_html_take(out, &sentence);
  gchk_text_put(out, ".</p>\n");
  gchk_html_heads(out, heads, sizeof heads / sizeof heads[0]);
  for (size_t i = 0; i < shown; i++)
    put_element(row->tensor, &undecided->listed[i], out);
  gchk_text_put(out, "</tbody></table>\n");
  if (row->tensor->elements.undecided > shown) {
    gchk_text_put(out, "<p>… and ");
    gchk_text_grouped(out, row->tensor->elements.undecided - shown);
    gchk_text_put(out, " more.</p>\n");
  }
  gchk_put_explain(&command, result, row, undecided->listed[0].flat);
  gchk_html_command(out, &command);
  gchk_put_twin_command(&command, row);
  if (command.length > 0)
    gchk_text_put(out, "<p>Its double twin decides:</p>\n");
  gchk_html_command(out, &command);
}

static void put_tensors(const gchk_html_page *page, const gchk_row_list *list, gchk_text *out) {
  gchk_text_put(out, "<ul>\n");
  for (size_t i = 0; i < list->count; i++) {
    gchk_text sentence = {0};
    gchk_put_undecided_sentence(&sentence, list->rows[i].tensor);
    gchk_text_put(out, "<li>");
    gchk_html_put_link(page, &list->rows[i], out);
    gchk_text_put(out, ": ");
    gchk_html_take(out, &sentence);
    gchk_text_put(out, "</li>\n");
  }
  gchk_text_put(out, "</ul>\n");
}

static void put_remedies(const gchk_row_list *list, gchk_text *out) {
  unsigned doubts = 0;
  bool lacks_twin = false;
  for (size_t i = 0; i < list->count; i++) {
    doubts |= gchk_doubts_of(list->rows[i].tensor);
    lacks_twin = lacks_twin || list->rows[i].tensor->undecided.lacks_twin;
  }
  if (doubts == 0)
    return;
  gchk_text_put(out, "<dl>\n");
  for (unsigned doubt = GCHK_NO_DOUBT + 1; doubt < GCHK_DOUBT_COUNT; doubt++) {
    const gchk_doubt_doc *doc = gchk_doubt_find((gchk_doubt)doubt);
    if ((doubts & 1u << doubt) == 0)
      continue;
    gchk_text_format(out, "<dt>%s</dt><dd>%s: ", doc->name, doc->meaning);
    gchk_html_doc(out, gchk_doubt_remedy((gchk_doubt)doubt, lacks_twin));
    gchk_text_put(out, "</dd>\n");
  }
  gchk_text_put(out, "</dl>\n");
}

void gchk_html_undecided(const gchk_html_page *page, gchk_text *out) {
  gchk_row_list list;
  if (!gchk_list_undecided(page->result, &list)) {
    out->failed = true;
    return;
  }
  if (list.count > 0) {
    gchk_text_put(out, "<h3 id=\"undecided\">Undecided elements</h3>\n<p>Neither right nor wrong after every retry. A "
                       "tensor passes with them where they are few and scattered and the others would have shown a "
                       "wrong gradient; they are never counted among the passed elements.</p>\n");
    put_tensors(page, &list, out);
    put_remedies(&list, out);
  }
  free(list.rows);
}
