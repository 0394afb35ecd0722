/* All that is known of a tensor. Of a few elements a table says more than figures. */
#include "report/html_tensor.h"

#include <math.h>

#include "report/html_figures.h"
#include "report/html_glossary.h"
#include "report/html_undecided.h"
#include "report/html_words.h"
#include "report/rerun.h"
#include "report/words.h"

enum { WORST_ROWS = GCHK_HTML_FEW };

/*
 * Analytic above numeric: where they part shows at once; their bound above the error bars. So a narrow screen has room
 * for all digits.
 */
static void put_element(const gchk_shape *shape, const gchk_element *e, gchk_text *out) {
  gchk_text index = {0};
  gchk_put_index(&index, shape, e->flat);
  gchk_text_format(out, "<tr><th scope=\"row\" class=\"code\">%s</th><td class=\"n\">",
                   index.length ? index.data : "the value");
  gchk_text_real(out, 'e', 16, e->analytic);
  gchk_text_put(out, "<br>");
  gchk_text_real(out, 'e', 16, e->numeric);
  gchk_text_put(out, "</td><td class=\"n\">");
  gchk_html_put_number(out, e->bound);
  gchk_text_put(out, "<br>");
  const double bars = gchk_error_bars(e);
  gchk_text_real(out, isinf(bars) ? 'g' : 'e', 1, bars);
  gchk_text_put(out, "</td></tr>\n");
  out->failed = out->failed || index.failed;
  gchk_text_deinit(&index);
}

/* The elements that fail, or where none does those that are the most error bars off. */
static void put_elements(const gchk_tensor_result *t, gchk_text *out) {
  static const char *const heads[] = {"Index", ">Analytic<br>numeric", GCHK_HTML_BOUND_AND_BARS};
  size_t shown = 0;
  gchk_html_heads(out, heads, sizeof heads / sizeof heads[0]);
  for (size_t i = 0; i < t->worst_count && shown < WORST_ROWS; i++) {
    if (t->elements.fail > 0 && t->worst[i].verdict < GCHK_FAIL)
      continue;
    put_element(&t->shape, &t->worst[i], out);
    shown++;
  }
  gchk_text_put(out, "</tbody></table>\n");
  if (t->elements.fail > shown) {
    gchk_text_put(out, "<p>… and ");
    gchk_text_grouped(out, t->elements.fail - shown);
    gchk_text_put(out, " more.</p>\n");
  }
}

static void put_fact(gchk_text *out, const char *lead, double x) {
  if (isnan(x))
    return;
  gchk_text_put(out, lead);
  gchk_html_real(out, 3, x);
}

static void put_words(gchk_text *out, const char *lead, gchk_text *raw, const char *end) {
  if (raw->length > 0)
    gchk_text_put(out, lead);
  gchk_html_take(out, raw);
  gchk_text_put(out, end);
}

/* The remarks count what is flat; how much that could hide is said here. */
static void put_zeros(const gchk_tensor_result *t, gchk_text *out) {
  if (t->elements.exact_zero > 0) {
    gchk_text_put(out, "; ");
    gchk_text_grouped(out, t->elements.exact_zero);
    gchk_text_put(out, t->elements.exact_zero == 1 ? " exact zero" : " exact zeros");
  }
  if (t->elements.flat > 0 && t->hidden > 0)
    put_fact(out, "; flat ones could hide a slope of ", t->hidden);
}

static void put_facts(const gchk_row *row, gchk_text *out) {
  const gchk_tensor_result *t = row->tensor;
  gchk_text words = {0};
  gchk_text_format(out, "<p>%s, ", gchk_role_name(t->role));
  gchk_put_shape(out, &t->shape);
  gchk_text_put(out, ": ");
  gchk_text_grouped(out, t->checked);
  gchk_text_put(out, " of ");
  gchk_text_grouped(out, t->total);
  gchk_text_put(out, " elements checked");
  if (t->checked > 0 && isnan(t->mean_abs_diff)) // not a missing value but a gradient that is no number
    gchk_text_put(out, "; mean difference NaN");
  put_fact(out, "; mean difference ", t->mean_abs_diff);
  put_fact(out, ", its bound ", gchk_row_bound(t));
  put_fact(out, ", its threshold ", t->threshold);
  put_fact(out, "; largest difference ", t->max_abs_diff);
  if (!isnan(t->digits) && t->verdict < GCHK_FAIL) {
    gchk_text_put(out, "; ");
    gchk_text_real(out, 'f', 1, t->digits);
    gchk_text_put(out, " digits verified");
  }
  put_zeros(t, out);
  gchk_put_remarks(&words, row);
  put_words(out, "; ", &words, "");
  gchk_put_sensitivity(&words, t);
  put_words(out, "; ", &words, "");
  gchk_put_true_error(&words, t);
  put_words(out, "; true error of the numeric derivative ", &words, ".</p>\n");
}

static void put_first_wrong(const gchk_case_result *c, gchk_text *out) {
  const gchk_node_result *node = gchk_first_wrong_node(&c->graph);
  if (node == NULL)
    return;
  gchk_text_put(out, "<p>Going backward from the loss, the rule of <b>");
  gchk_html_name(out, node->name);
  gchk_text_put(out, "</b> (");
  gchk_html_name(out, node->layer);
  gchk_text_put(out, ") is the first that is wrong.</p>\n");
}

void gchk_html_tensor_details(const gchk_row *row, gchk_text *out) {
  const gchk_tensor_result *t = row->tensor;
  gchk_text figures = {0};
  put_facts(row, out);
  if (t->worst_count > 0 && (t->elements.fail > 0 || gchk_is_above_threshold(t) || t->total <= GCHK_HTML_FEW))
    put_elements(t, out);
  gchk_html_figures(row, &figures);
  if (figures.length > 0) {
    gchk_text_put(out, "<div class=\"figures\">\n");
    gchk_text_write(out, figures.data, figures.length);
    gchk_text_put(out, "</div>\n");
  }
  out->failed = out->failed || figures.failed;
  gchk_text_deinit(&figures);
}

/* Folded where another tensor of the case is what to look at. */
static bool is_open(const gchk_row *row) {
  const gchk_row whole = gchk_html_case_row(row->owner);
  return *gchk_html_state(&whole) == '\0' || *gchk_html_state(row) != '\0';
}

void gchk_html_tensor(const gchk_html_page *page, const gchk_row *row, gchk_text *out) {
  const gchk_tensor_result *t = row->tensor;
  gchk_text command = {0};
  gchk_text_format(out, "<details class=\"tensor f%s\"%s><summary><h4>", gchk_html_state(row),
                   is_open(row) ? " open=\"\"" : "");
  gchk_html_row_verdict(out, row);
  gchk_text_put(out, " ");
  gchk_html_path(out, t->name);
  gchk_text_put(out, "</h4></summary>\n<div id=\"");
  gchk_html_put_id(page, row, out);
  gchk_text_put(out, "\">\n");
  gchk_html_findings(out, t->findings, t->finding_count);
  if (t->verdict >= GCHK_FAIL) {
    put_first_wrong(row->owner, out);
    gchk_put_rerun(&command, page->result, row);
    gchk_html_command(out, &command);
  }
  gchk_html_undecided_elements(page->result, row, out);
  const gchk_text *details = &page->details[row->order];
  if (details->length > 0)
    gchk_text_write(out, details->data, details->length);
  gchk_text_put(out, "</div>\n</details>\n");
}
