/* The section "What is wrong": an entry a problem. */
#include "report/html_failures.h"

#include <stdlib.h>

#include "report/html_words.h"

enum { MOST_ENTRIES = 40 };

static const gchk_finding *first_finding(const gchk_row *row) {
  const gchk_finding *findings = row->tensor != NULL ? row->tensor->findings : row->owner->findings;
  const size_t count = row->tensor != NULL ? row->tensor->finding_count : row->owner->finding_count;
  for (size_t i = 0; i < count; i++)
    if (!findings[i].is_note)
      return &findings[i];
  return NULL;
}

static void put_entry(const gchk_html_page *page, const gchk_row *row, gchk_text *out) {
  const gchk_finding *finding = first_finding(row);
  const char *reason = row->tensor != NULL ? row->tensor->reason : row->owner->reason;
  gchk_text_put(out, "<article class=\"card\">\n<h3>");
  gchk_html_row_verdict(out, row);
  gchk_text_put(out, " ");
  gchk_html_put_link(page, row, out);
  gchk_text_put(out, "</h3>\n");
  if (finding != NULL)
    gchk_html_findings(out, finding, 1);
  else {
    gchk_text_put(out, "<p>");
    gchk_html_words(out, reason);
    gchk_text_put(out, "</p>\n");
  }
  gchk_text_put(out, "</article>\n");
}

void gchk_html_failures(const gchk_html_page *page, gchk_text *out) {
  gchk_row_list problems;
  if (!gchk_list_problems(page->result, &problems)) {
    out->failed = true;
    return;
  }
  gchk_text_put(out, "<section id=\"failures\">\n<h2>What is wrong</h2>\n");
  if (problems.count == 0)
    gchk_text_put(out, page->result->summary.elements_checked > 0
                           ? "<p class=\"none\">No gradient was found to be wrong.</p>\n"
                           : "<p class=\"none\">Nothing was checked.</p>\n");
  size_t shown = problems.count < MOST_ENTRIES ? problems.count : MOST_ENTRIES;
  for (size_t i = 0; i < shown; i++)
    put_entry(page, &problems.rows[i], out);
  if (problems.count > shown)
    gchk_text_format(out, "<p>… and %zu more, all in the table of tensors.</p>\n", problems.count - shown);
  gchk_text_put(out, "</section>\n");
  free(problems.rows);
}
