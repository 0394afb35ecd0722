/* The folds of the cases. */
#include "report/html_cases.h"

#include <math.h>
#include <string.h>

#include "report/case_figures.h"
#include "report/crash_text.h"
#include "report/html_figures.h"
#include "report/html_graphs.h"
#include "report/html_tensor.h"
#include "report/html_words.h"
#include "report/rerun.h"
#include "report/words.h"

enum { OPEN_CASES = 3, NAMES_WIDTH = 30 };

/* The lines of the text report, without its indentation. */
static void put_crash(const gchk_result *result, const gchk_row *row, gchk_text *out) {
  if (!gchk_row_has_crash(row))
    return;
  gchk_text block = {0};
  gchk_text_writer w = {.result = result, .out = &block};
  gchk_text_put_crash(&w, row);
  gchk_text_put(out, "<code class=\"command\">");
  const size_t indent = block.length > 0 ? strspn(block.data, " ") : 0; // of labels; lines without one have more
  for (char *line = block.length > 0 ? block.data : NULL; line != NULL && *line != '\0';) {
    char *end = strchr(line, '\n');
    if (end != NULL)
      *end = '\0';
    const size_t blanks = strspn(line, " ");
    gchk_text_visible(out, line + (blanks < indent ? blanks : indent), GCHK_MARKUP_XML);
    gchk_text_put(out, "\n");
    line = end != NULL ? end + 1 : NULL;
  }
  gchk_text_put(out, "</code>\n");
  out->failed = out->failed || block.failed;
  gchk_text_deinit(&block);
}

static void put_part(gchk_text *out, gchk_text *words) {
  gchk_text_put(out, words->length > 0 ? " · " : "");
  gchk_html_take(out, words);
}

/* What the line of the text report says: "W1 b1 W2 b2 · 39,760 elements · mean 1.2e-10 (b2), bound 2.1e-10". */
static void put_short(const gchk_case_result *c, gchk_text *out) {
  gchk_case_figures figures = {0};
  gchk_text words = {0};
  gchk_case_figures_add(&figures, c);
  if (figures.worst == NULL)
    return;
  gchk_text_put(out, " <small>");
  gchk_put_tensor_names(&words, c, NAMES_WIDTH);
  gchk_html_take(out, &words);
  gchk_text_grouped(&words, figures.checked);
  gchk_text_put(&words, figures.checked == 1 ? " element" : " elements");
  put_part(out, &words);
  if (!isnan(figures.worst->mean_abs_diff)) {
    gchk_text_put(out, " · mean ");
    gchk_html_real(out, 3, figures.worst->mean_abs_diff);
    if (c->tensor_count > 1) {
      gchk_text_put(out, " (");
      gchk_html_path(out, figures.worst->name);
      gchk_text_put(out, ")");
    }
    gchk_text_put(out, ", bound ");
    gchk_html_real(out, 3, gchk_row_bound(figures.worst));
  }
  gchk_put_case_remarks(&words, &figures);
  put_part(out, &words);
  gchk_text_put(out, "</small>");
}

static void put_paragraph(gchk_text *out, const char *lead, const char *words) {
  if (words == NULL || *words == '\0')
    return;
  gchk_text_format(out, "<p>%s", lead);
  gchk_html_words(out, words);
  gchk_text_put(out, "</p>\n");
}

/* Of the case the tensors that are wrong or undecided, or the others. */
static void put_tensors(const gchk_html_page *page, const gchk_case_result *c, bool to_look_at, gchk_text *out) {
  for (size_t k = 0; k < c->tensor_count; k++) {
    const gchk_row row = gchk_html_tensor_row(page, c, k);
    if ((*gchk_html_state(&row) != '\0') == to_look_at)
      gchk_html_tensor(page, &row, out);
  }
}

static void put_case(gchk_html_page *page, const gchk_case_result *c, bool is_open, gchk_text *out) {
  const gchk_row row = gchk_html_case_row(c);
  gchk_text command = {0};
  gchk_text_format(out, "<details class=\"case f%s\"%s>\n<summary><h3>", gchk_html_state(&row),
                   is_open ? " open=\"\"" : "");
  gchk_html_row_verdict(out, &row);
  gchk_text_put(out, " ");
  gchk_html_path(out, c->name);
  gchk_text_put(out, "</h3>");
  put_short(c, out);
  gchk_text_put(out, "</summary>\n<div id=\"");
  gchk_html_put_id(page, &row, out);
  gchk_text_put(out, "\">\n<p>layer ");
  gchk_html_path(out, c->layer);
  gchk_text_format(out, ", %s ", gchk_dtype_name(c->dtype));
  gchk_html_location(out, c);
  gchk_text_put(out, "</p>\n");
  put_paragraph(out, "", c->reason);
  put_paragraph(out, "It was expected to fail: ", c->expected_failure);
  gchk_html_findings(out, c->findings, c->finding_count);
  if (gchk_is_wrong_as_a_whole(c)) {
    gchk_put_rerun(&command, page->result, &row);
    gchk_html_command(out, &command);
  }
  put_crash(page->result, &row, out);
  put_tensors(page, c, true, out);
  put_tensors(page, c, false, out);
  gchk_html_graph(page, c, out);
  gchk_text_put(out, "</div>\n</details>\n");
}

enum { WRONG, INCONCLUSIVE, UNDECIDED, WELL, RANKS };

static int rank_of(const gchk_case_result *c) {
  const gchk_row row = gchk_html_case_row(c);
  const gchk_verdict verdict = gchk_row_verdict(&row);
  return verdict >= GCHK_FAIL             ? WRONG
         : verdict == GCHK_INCONCLUSIVE   ? INCONCLUSIVE
         : *gchk_html_state(&row) != '\0' ? UNDECIDED
                                          : WELL;
}

static bool has_figures(const gchk_html_page *page) {
  for (size_t i = 0; i < page->detailed; i++)
    if (strstr(page->details[page->tensors.rows[i].order].data, "<figure") != NULL)
      return true;
  return false;
}

void gchk_html_fill_details(gchk_html_page *page, size_t room) {
  for (; page->detailed < page->tensors.count; page->detailed++) {
    const gchk_row *row = &page->tensors.rows[page->detailed];
    gchk_text *details = &page->details[row->order];
    gchk_html_tensor_details(row, details);
    if (details->failed || details->length > room) {
      gchk_text_deinit(details);
      return;
    }
    room -= details->length;
  }
}

void gchk_html_cases(gchk_html_page *page, gchk_text *out) {
  const gchk_result *result = page->result;
  if (result->case_count == 0)
    return;
  gchk_text_put(out, "<section id=\"cases\">\n<h2>Cases</h2>\n");
  if (page->detailed < page->tensors.count)
    gchk_text_format(out,
                     "<p>%zu of %zu tensors, the worst first, have all of their figures here, to keep this page "
                     "small.</p>\n",
                     page->detailed, page->tensors.count);
  if (has_figures(page))
    gchk_html_figures_guide(out);
  size_t opened = 0;
  for (int rank = WRONG; rank < RANKS; rank++)
    for (size_t i = 0; i < result->case_count; i++)
      if (rank_of(&result->cases[i]) == rank)
        put_case(page, &result->cases[i], rank <= INCONCLUSIVE && opened++ < OPEN_CASES, out);
  gchk_text_put(out, "</section>\n");
}
