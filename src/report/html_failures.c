/* The section "What is wrong": a card a cause, with all that it makes wrong folded behind it. */
#include "report/html_failures.h"

#include "report/html_words.h"
#include "report/rerun.h"

enum { MOST_CARDS = 40, MOST_MEMBERS = 100 };

static gchk_row row_of(const gchk_html_page *page, const gchk_cause_member *member) {
  const gchk_case_result *c = &page->result->cases[member->case_index];
  return *member->tensor != '\0' ? gchk_html_tensor_row(page, c, member->tensor_index) : gchk_html_case_row(c);
}

static void put_name(const gchk_cause *cause, gchk_text *out) {
  if (*cause->finding.code != '\0') {
    gchk_html_findings(out, &cause->finding, 1);
    return;
  }
  gchk_text_put(out, "<p>");
  gchk_html_words(out, cause->finding.text);
  gchk_text_put(out, "</p>\n");
}

static void put_remedy(const gchk_cause *cause, gchk_text *out) {
  const gchk_code_doc *doc = gchk_code_find(cause->finding.code);
  if (doc == NULL)
    return;
  gchk_text_put(out, "<p>");
  gchk_html_doc(out, doc->remedy);
  gchk_text_put(out, "</p>\n");
}

static void put_members(const gchk_html_page *page, const gchk_cause *cause, gchk_text *out) {
  const size_t shown = cause->member_count < MOST_MEMBERS ? cause->member_count : MOST_MEMBERS;
  gchk_text_format(out, "<details><summary>All %zu places</summary>\n<ul>\n", cause->member_count);
  for (size_t i = 0; i < shown; i++) {
    const gchk_row row = row_of(page, &cause->members[i]);
    gchk_text_put(out, "<li>");
    gchk_html_put_link(page, &row, out);
    gchk_text_put(out, "</li>\n");
  }
  gchk_text_put(out, "</ul>\n");
  if (cause->member_count > shown)
    gchk_text_format(out, "<p>… and %zu more.</p>\n", cause->member_count - shown);
  gchk_text_put(out, "</details>\n");
}

// What is right beside what is wrong.
static void put_right(const gchk_html_page *page, const gchk_cause *cause, gchk_text *out) {
  size_t at = 0, count = 0;
  for (const gchk_tensor_result *t; (t = gchk_next_right(page->result, cause, &at)) != NULL && count < MOST_MEMBERS;) {
    gchk_text_put(out, count++ == 0 ? "<p>Right in the same cases: " : ", ");
    gchk_html_path(out, t->name);
  }
  gchk_text_put(out, count > 0 ? "</p>\n" : "");
}

static void put_card(const gchk_html_page *page, const gchk_cause *cause, gchk_text *out) {
  const gchk_row shown = row_of(page, &cause->members[cause->shown]);
  gchk_text command = {0};
  gchk_text_put(out, "<article class=\"card\">\n<h3>");
  gchk_html_verdict(out, cause->verdict);
  gchk_text_put(out, " ");
  if (cause->member_count == 1)
    gchk_html_put_link(page, &shown, out);
  else {
    gchk_html_path(out, cause->layer);
    gchk_text_put(out, *cause->where != '\0' ? ": " : "");
    gchk_html_path(out, cause->where);
  }
  gchk_text_put(out, "</h3>\n");
  put_name(cause, out);
  put_remedy(cause, out);
  put_right(page, cause, out);
  if (cause->member_count > 1) {
    gchk_text_put(out, "<p>Seen best in ");
    gchk_html_put_link(page, &shown, out);
    gchk_text_put(out, "</p>\n");
  }
  gchk_put_rerun(&command, page->result, &shown);
  gchk_html_command(out, &command);
  if (cause->member_count > 1)
    put_members(page, cause, out);
  gchk_text_put(out, "</article>\n");
}

void gchk_html_failures(const gchk_html_page *page, gchk_text *out) {
  const gchk_result *result = page->result;
  const size_t shown = result->cause_count < MOST_CARDS ? result->cause_count : MOST_CARDS;
  gchk_text_put(out, "<section id=\"failures\">\n<h2>What is wrong</h2>\n");
  if (shown == 0)
    gchk_text_format(out, "<p class=\"none\">%s</p>\n",
                     result->summary.elements_checked == 0 ? "Nothing was checked."
                     : result->summary.inconclusive > 0    ? "No element was found to be wrong, but something is "
                                                             "inconclusive: see below."
                                                           : "No gradient was found to be wrong.");
  for (size_t i = 0; i < shown; i++)
    put_card(page, &result->causes[i], out);
  if (result->cause_count > shown)
    gchk_text_format(out, "<p>… and %zu more, all in the cases.</p>\n", result->cause_count - shown);
  gchk_text_put(out, "</section>\n");
}
