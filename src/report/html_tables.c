/* The cards of what is wrong, and the table of all tensors. */
#include "report/html_tables.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/crash_text.h"
#include "report/figure_heatmap.h"
#include "report/figure_steps.h"
#include "report/html_words.h"
#include "report/rerun.h"
#include "report/words.h"

enum { MAX_CARDS = 40, CARD_ROWS = 10, MAX_FIGURED_CARDS = 24 };

static void put_heads(gchk_text *out, const char *const *heads, size_t count, size_t first_number,
                      size_t after_number) {
  gchk_text_put(out, "<thead><tr>");
  for (size_t i = 0; i < count; i++)
    gchk_text_format(out, "<th scope=\"col\"%s>%s</th>", i >= first_number && i < after_number ? " class=\"n\"" : "",
                     heads[i]);
  gchk_text_put(out, "</tr></thead><tbody>\n");
}

static void put_full(gchk_text *out, double x) {
  gchk_text_put(out, "<td class=\"n\">");
  gchk_text_real(out, 'e', 16, x);
  gchk_text_put(out, "</td>");
}

static void put_worst(const gchk_tensor_result *t, gchk_text *out) {
  static const char *const heads[] = {"Index", "Analytic", "Numeric", "Bound", "Error bars"};
  size_t shown = 0;
  gchk_text_put(out, "<div class=\"scroll\"><table>");
  put_heads(out, heads, 5, 1, 5);
  for (size_t i = 0; i < t->worst_count && shown < CARD_ROWS; i++) {
    const gchk_element *e = &t->worst[i];
    if (t->elements.fail > 0 && e->verdict < GCHK_FAIL)
      continue;
    gchk_text index = {0};
    gchk_put_index(&index, &t->shape, e->flat);
    gchk_text_format(out, "<tr><th scope=\"row\" class=\"code\">%s</th>", index.length ? index.data : "the value");
    gchk_text_deinit(&index);
    put_full(out, e->analytic);
    put_full(out, e->numeric);
    gchk_html_number(out, e->bound);
    double bars = gchk_error_bars(e);
    gchk_text_put(out, "<td class=\"n\">");
    gchk_text_real(out, isinf(bars) ? 'g' : 'e', 1, bars);
    gchk_text_put(out, "</td></tr>\n");
    shown++;
  }
  gchk_text_put(out, "</tbody></table></div>\n");
  if (t->elements.fail > shown) {
    gchk_text_put(out, "<p>… and ");
    gchk_text_grouped(out, t->elements.fail - shown);
    gchk_text_put(out, " more.</p>\n");
  }
}

static void put_facts(const gchk_row *row, gchk_text *out) {
  const gchk_tensor_result *t = row->tensor;
  gchk_text remarks = {0};
  gchk_put_remarks(&remarks, row);
  gchk_text_put(out, "<p>");
  gchk_text_format(out, "%s, ", gchk_role_name(t->role));
  gchk_put_shape(out, &t->shape);
  gchk_text_put(out, ": ");
  gchk_text_grouped(out, t->checked);
  gchk_text_put(out, " of ");
  gchk_text_grouped(out, t->total);
  gchk_text_put(out, " elements checked; mean difference ");
  gchk_text_real(out, 'g', 3, t->mean_abs_diff);
  gchk_text_put(out, ", error bound ");
  gchk_text_real(out, 'g', 3, gchk_row_bound(t));
  if (remarks.length > 0) {
    gchk_text_put(out, "; ");
    gchk_html_name(out, remarks.data);
  }
  gchk_text_put(out, ".</p>\n");
  gchk_text_deinit(&remarks);
}

static void put_first_wrong(const gchk_case_result *c, gchk_text *out) {
  for (size_t n = 0; n < c->graph.node_count; n++)
    if (c->graph.nodes[n].first_wrong) {
      gchk_text_put(out, "<p>Going backward from the loss, the rule of <b>");
      gchk_html_name(out, c->graph.nodes[n].name);
      gchk_text_put(out, "</b> (");
      gchk_html_name(out, c->graph.nodes[n].layer);
      gchk_text_put(out, ") is the first that is wrong.</p>\n");
    }
}

// The lines of the text report.
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

static void put_card(const gchk_result *result, const gchk_row *row, size_t order, bool with_figures, gchk_text *out) {
  const gchk_tensor_result *t = row->tensor;
  gchk_text_format(out, "<article class=\"card\" id=\"failure-%zu\">\n<h3>", order + 1);
  gchk_html_verdict(out, gchk_row_verdict(row));
  gchk_text_put(out, "<span>");
  gchk_html_name(out, row->owner->name);
  if (t != NULL) {
    gchk_text_put(out, " · ");
    gchk_html_name(out, t->name);
  }
  gchk_text_put(out, "</span> ");
  gchk_html_location(out, row->owner);
  bool has_figures = with_figures && t != NULL && (t->step_curve.point_count > 0 || t->heatmap.cells != NULL);
  gchk_text_format(out, "</h3>\n<div class=\"cols%s\"><div>\n", has_figures ? " two" : "");
  const char *reason = t != NULL ? t->reason : row->owner->reason;
  if (*reason) {
    gchk_text_put(out, "<p>");
    gchk_html_name(out, reason);
    gchk_text_put(out, "</p>\n");
  }
  gchk_html_findings(out, t ? t->findings : row->owner->findings, t ? t->finding_count : row->owner->finding_count);
  if (t != NULL) {
    put_first_wrong(row->owner, out);
    put_facts(row, out);
    if (t->elements.fail > 0 || (!isnan(t->threshold) && !(t->mean_abs_diff <= t->threshold)))
      put_worst(t, out);
  }
  gchk_text command = {0};
  gchk_put_rerun(&command, result, row);
  gchk_text_put(out, "<code class=\"command\">");
  gchk_html_name(out, command.length ? command.data : "");
  gchk_text_put(out, "</code>\n");
  put_crash(result, row, out);
  gchk_text_put(out, "</div>\n");
  gchk_text_deinit(&command);
  if (has_figures) {
    gchk_text_put(out, "<div>\n");
    gchk_figure_steps(row, "card-", out);
    gchk_figure_heatmap(row, "card-", out);
    gchk_text_put(out, "</div>\n");
  }
  gchk_text_put(out, "</div>\n</article>\n");
}

void gchk_html_failures(const gchk_result *result, const gchk_row_list *tensors, gchk_text *out) {
  gchk_row_list problems;
  if (!gchk_list_problems(result, &problems)) {
    out->failed = true;
    return;
  }
  gchk_text_put(out, "<section id=\"failures\">\n<h2>What is wrong</h2>\n");
  if (problems.count == 0)
    gchk_text_put(out, result->summary.elements_checked > 0
                           ? "<p class=\"none\">No gradient was found to be wrong.</p>\n"
                           : "<p class=\"none\">Nothing was checked.</p>\n");
  size_t shown = problems.count < MAX_CARDS ? problems.count : MAX_CARDS;
  bool has_curve = false;
  for (size_t i = 0; i < shown && i < MAX_FIGURED_CARDS; i++)
    has_curve = has_curve || (problems.rows[i].tensor != NULL && problems.rows[i].tensor->step_curve.point_count > 0);
  if (has_curve)
    gchk_key_steps(out);
  for (size_t i = 0; i < shown; i++) {
    gchk_row row = problems.rows[i];
    for (size_t k = 0; k < tensors->count && row.tensor != NULL; k++) // the order that ids of figures are made of
      if (tensors->rows[k].tensor == row.tensor)
        row.order = tensors->rows[k].order;
    put_card(result, &row, i, i < MAX_FIGURED_CARDS, out);
  }
  if (problems.count > shown)
    gchk_text_format(out, "<p>… and %zu more, all in the table of tensors.</p>\n", problems.count - shown);
  gchk_text_put(out, "</section>\n");
  free(problems.rows);
}

/* The smallest mistake that most elements would have shown, in few words. */
static void put_catches(const gchk_tensor_result *t, gchk_text *out) {
  const gchk_sensitivity *s = &t->sensitivity;
  const double share[] = {s->tenth_percent, s->one_percent, s->ten_percent, s->factor_two, s->sign};
  static const char *const mistakes[] = {"0.1 %", "1 %", "10 %", "factor 2", "sign"};
  gchk_text_put(out, "<td class=\"n\">");
  size_t best = 4;
  for (size_t i = 5; i-- > 0;)
    if (share[i] >= 0.9)
      best = i;
  if (t->checked == 0 || isnan(s->sign))
    gchk_text_put(out, "–");
  else {
    gchk_text_format(out, "%s in ", mistakes[best]);
    gchk_put_percent(out, share[best]);
  }
  gchk_text_put(out, "</td>");
}

static void put_truth(const gchk_tensor_result *t, gchk_text *out) {
  gchk_text truth = {0};
  gchk_put_true_error(&truth, t);
  gchk_text_put(out, "<td class=\"n\">");
  gchk_html_words(out, truth.length ? truth.data : "–");
  gchk_text_put(out, "</td>");
  out->failed = out->failed || truth.failed;
  gchk_text_deinit(&truth);
}

/* What the remarks leave out: zeros that are as good as any pass, and what a flat element could hide. */
static void put_zeros(const gchk_tensor_result *t, bool is_after, gchk_text *out) {
  if (t->elements.exact_zero > 0) {
    gchk_text_put(out, is_after ? ", " : "");
    gchk_text_grouped(out, t->elements.exact_zero);
    gchk_text_put(out, t->elements.exact_zero == 1 ? " exact zero" : " exact zeros");
  }
  if (t->elements.flat > 0 && t->hidden > 0) {
    gchk_text_put(out, ", flat ones could hide a slope of ");
    gchk_text_real(out, 'g', 3, t->hidden);
  }
}

static void put_tensor(const gchk_row *row, gchk_text *out) {
  const gchk_tensor_result *t = row->tensor;
  gchk_verdict verdict = gchk_row_verdict(row);
  gchk_text remarks = {0};
  gchk_put_remarks(&remarks, row);
  gchk_text_format(out, "<tr class=\"%s\"><td>", gchk_verdict_name(verdict));
  gchk_html_row_verdict(out, row);
  gchk_text_put(out, "</td><td class=\"name\">");
  gchk_html_name(out, row->owner->name);
  gchk_text_put(out, "</td><th scope=\"row\" class=\"name\">");
  gchk_html_name(out, t->name);
  gchk_text_format(out, "</th><td>%s</td><td class=\"n\">", gchk_role_name(t->role));
  gchk_put_shape(out, &t->shape);
  gchk_text_put(out, "</td><td class=\"n\">");
  gchk_text_grouped(out, t->checked);
  gchk_text_put(out, "/");
  gchk_text_grouped(out, t->total);
  gchk_text_put(out, "</td>");
  if (t->checked > 0 && isnan(t->mean_abs_diff)) // not a missing value but a gradient that is no number
    gchk_text_put(out, "<td class=\"n\">NaN</td>");
  else
    gchk_html_number(out, t->mean_abs_diff);
  gchk_html_number(out, t->max_abs_diff);
  gchk_html_number(out, gchk_row_bound(t));
  gchk_html_number(out, t->threshold);
  gchk_text_put(out, "<td class=\"n\">");
  if (isnan(t->digits))
    gchk_text_put(out, "–");
  else
    gchk_text_real(out, 'f', 1, t->digits);
  gchk_text_put(out, "</td>");
  put_catches(t, out);
  put_truth(t, out);
  gchk_text_put(out, "<td class=\"words\">");
  gchk_html_words(out, remarks.length ? remarks.data : "");
  put_zeros(t, remarks.length > 0, out);
  gchk_text_put(out, "</td></tr>\n");
  gchk_text_deinit(&remarks);
}

void gchk_html_tensors(const gchk_row_list *tensors, gchk_text *out) {
  static const char *const heads[] = {"Verdict", "Case",        "Tensor",     "Role",   "Shape",
                                      "Checked", "Mean diff",   "Max diff",   "Bound",  "Threshold",
                                      "Digits",  "Would catch", "True error", "Remarks"};
  gchk_text_put(out, "<section id=\"tensors\">\n<h2>All tensors, worst first</h2>\n");
  if (tensors->count == 0) {
    gchk_text_put(out, "<p class=\"none\">There is none.</p>\n</section>\n");
    return;
  }
  gchk_text_put(
      out,
      "<p>Differences are |analytic − numeric|; the bound is what the mean may be off by, the mean of the elements' "
      "bounds; "
      "digits are the decimal digits that were verified; a mistake of the size under “would catch” would have made "
      "that share of the elements fail; the true error is that of the numeric derivative against a reference. An exact "
      "zero moves no output by a bit, a flat element none within the variable's own size; an unresolved one is too "
      "small "
      "beside its tensor to be told from zero.</p>\n<div class=\"scroll tall\" tabindex=\"0\"><table>");
  put_heads(out, heads, sizeof heads / sizeof heads[0], 4, 13);
  for (size_t i = 0; i < tensors->count; i++)
    put_tensor(&tensors->rows[i], out);
  gchk_text_put(out, "</tbody></table></div>\n</section>\n");
}
