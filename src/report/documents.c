/* What documents print beside what gradcheck gives, as a table of Markdown: all rows, whatever their number. */
#include "report/documents.h"

#include <stdlib.h>

#include "report/printed_rows.h"

/* Makes `cell` visible in a cell of its own, and empties it. */
static void put_cell(gchk_text *out, gchk_text *cell) {
  gchk_text_put(out, " ");
  gchk_text_visible(out, cell->length > 0 ? cell->data : "", GCHK_MARKUP_MARKDOWN);
  gchk_text_put(out, " |");
  out->failed = out->failed || cell->failed;
  gchk_text_deinit(cell);
}

static void put_row(gchk_text *out, const gchk_result *result, const gchk_printed_row *row) {
  const gchk_printed_result *printed = row->printed;
  const char *const texts[] = {printed->document, printed->at, printed->prints};
  gchk_text cell = {0};
  gchk_text_put(out, "|");
  for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
    gchk_text_put(&cell, texts[i]);
    put_cell(out, &cell);
  }
  gchk_put_given(&cell, printed);
  put_cell(out, &cell);
  gchk_text_put(&cell, gchk_printed_word(printed));
  put_cell(out, &cell);
  gchk_put_printed_command(&cell, result, row);
  put_cell(out, &cell);
  gchk_text_put(out, "\n");
}

void gchk_documents_report(const gchk_result *result, gchk_text *out) {
  gchk_printed_list list;
  if (!gchk_list_printed(result, &list)) {
    out->failed = true;
    return;
  }
  gchk_put_printed_counts(out, &list);
  gchk_text_put(out, "\n");
  if (list.count > 0)
    gchk_text_put(out, "\n| document | where | it prints | gradcheck gives | | command |\n|---|---|---|---|---|---|\n");
  for (size_t i = 0; i < list.count; i++)
    put_row(out, result, &list.rows[i]);
  free(list.rows);
}
