/*
 * The blocks of the text report: what is wrong, where, by how much against what bound, what it looks like, and the
 * command that runs it again; and the changes against a baseline. Failing elements have all 17 digits.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/text_parts.h"
#include "report/text_report.h"
#include "result/finding_codes.h"

enum { FAILING_ROWS = 5, LABEL_WIDTH = 16 };

void gchk_text_put_name(gchk_text *out, const char *text) {
  gchk_text_visible(out, text, GCHK_MARKUP_PLAIN);
}

void gchk_text_put_word(const gchk_text_writer *w, const char *word, gchk_verdict verdict, int width) {
  static const char *const colours[] = {"32", "33", "33", "33", "31;1", "31;1"};
  if (w->options.color)
    gchk_text_format(w->out, "\033[%sm%s\033[0m", colours[verdict], word);
  else
    gchk_text_put(w->out, word);
  int used = (int)strlen(word);
  gchk_text_repeat(w->out, " ", width > used ? (size_t)(width - used) : 0);
}

void gchk_text_put_label(const gchk_text_writer *w, const char *label) {
  gchk_text_put(w->out, "   ");
  if (w->options.color)
    gchk_text_put(w->out, "\033[1m");
  gchk_text_column(w->out, label, LABEL_WIDTH);
  if (w->options.color)
    gchk_text_put(w->out, "\033[0m");
  gchk_text_put(w->out, " ");
}

static void put_evidence(const gchk_text_writer *w, const gchk_finding *finding) {
  gchk_text_put_label(w, "");
  for (size_t e = 0; e < finding->evidence_count; e++) {
    const gchk_evidence *evidence = &finding->evidence[e];
    gchk_text_put(w->out, e ? ", " : "");
    gchk_text_put_name(w->out, evidence->key);
    gchk_text_put(w->out, " = ");
    if (evidence->text)
      gchk_text_put_name(w->out, evidence->text);
    else
      gchk_text_real(w->out, 'g', 6, evidence->number);
  }
  gchk_text_put(w->out, "\n");
}

void gchk_text_put_finding(const gchk_text_writer *w, const gchk_finding *finding, const char *whose) {
  gchk_text_put_label(w, finding->code);
  gchk_text_put_name(w->out, whose);
  gchk_text_put(w->out, *whose ? ": " : "");
  gchk_text_put_name(w->out, finding->text);
  gchk_text_put(w->out, finding->is_note ? " (note)\n" : "\n");
  if (w->options.verbosity > 0 && finding->evidence_count > 0)
    put_evidence(w, finding);
}

void gchk_text_put_findings(const gchk_text_writer *w, const gchk_finding *findings, size_t count, bool notes) {
  for (size_t i = 0; i < count; i++)
    if (notes || !findings[i].is_note)
      gchk_text_put_finding(w, &findings[i], "");
}

static void put_element_rows(const gchk_text_writer *w, const gchk_tensor_result *t) {
  size_t shown = 0;
  gchk_text_put(w->out, "   index       analytic                 numeric                  bound     error bars\n");
  for (size_t i = 0; i < t->worst_count && shown < FAILING_ROWS; i++) {
    const gchk_element *element = &t->worst[i];
    if (element->verdict < GCHK_FAIL && t->elements.fail > 0)
      continue;
    gchk_text index = {0};
    gchk_put_index(&index, &t->shape, element->flat);
    gchk_text_put(w->out, "   ");
    gchk_text_column(w->out, index.length ? index.data : "-", 11);
    gchk_text_deinit(&index);
    char analytic[GCHK_REAL_SIZE], numeric[GCHK_REAL_SIZE], bound[GCHK_REAL_SIZE], bars[GCHK_REAL_SIZE];
    gchk_text_format(w->out, " %-24s %-24s %-9s %s\n",
                     gchk_format_real(analytic, sizeof analytic, 'e', 16, element->analytic),
                     gchk_format_real(numeric, sizeof numeric, 'e', 16, element->numeric),
                     gchk_format_real(bound, sizeof bound, 'e', 1, element->bound),
                     gchk_format_real(bars, sizeof bars, 'e', 1, gchk_error_bars(element)));
    shown++;
  }
  if (t->elements.fail > shown) {
    gchk_text_put(w->out, "   ... ");
    gchk_text_grouped(w->out, t->elements.fail - shown);
    gchk_text_put(w->out, " more\n");
  }
}

static void put_limits(const gchk_text_writer *w, const gchk_tensor_result *t) {
  if (t->checked > 0 && !isnan(t->threshold) && !(t->mean_abs_diff <= t->threshold)) {
    gchk_text_put_label(w, "threshold");
    gchk_text_put(w->out, "mean |analytic - numeric| is ");
    gchk_text_real(w->out, 'g', 3, t->mean_abs_diff);
    gchk_text_put(w->out, " and must not exceed ");
    gchk_text_real(w->out, 'g', 3, t->threshold);
    gchk_text_put(w->out, "\n");
  }
  if (t->reference.present && t->reference.fail > 0) {
    gchk_text_put_label(w, "reference");
    gchk_text_grouped(w->out, t->reference.fail);
    gchk_text_put(w->out, " of ");
    gchk_text_grouped(w->out, t->reference.elements);
    gchk_text_put(w->out, " elements differ from ");
    gchk_text_put_name(w->out, t->reference.source);
    gchk_text_put(w->out, ", at most by ");
    gchk_text_real(w->out, 'g', 3, t->reference.max_abs_diff);
    gchk_text_put(w->out, "; the central differences by ");
    gchk_text_real(w->out, 'g', 3, t->reference.numeric_max_abs_diff);
    gchk_text_put(w->out, "\n");
  }
}

static void put_first_wrong(const gchk_text_writer *w, const gchk_row *row) {
  const gchk_graph_result *graph = &row->owner->graph;
  for (size_t i = 0; i < row->tensor->finding_count; i++)
    if (gchk_finding_is(&row->tensor->findings[i], GCHK_CODE_FIRST_WRONG))
      return;
  for (size_t i = 0; i < graph->node_count; i++)
    if (graph->nodes[i].first_wrong) {
      gchk_text_put_label(w, "first wrong");
      gchk_text_put(w->out, "going backward from the loss, the rule of ");
      gchk_text_put_name(w->out, graph->nodes[i].name);
      gchk_text_put(w->out, " (");
      gchk_text_put_name(w->out, graph->nodes[i].layer);
      gchk_text_put(w->out, ") is the first that is wrong\n");
    }
}

static void put_problem(const gchk_text_writer *w, const gchk_row *row) {
  const gchk_case_result *c = row->owner;
  gchk_text_put_word(w, gchk_row_word(row), gchk_row_verdict(row), 0);
  gchk_text_put(w->out, " ");
  gchk_text_put_name(w->out, c->name);
  if (row->tensor) {
    gchk_text_put(w->out, " ");
    gchk_text_put_name(w->out, row->tensor->name);
  }
  if (*c->file) {
    gchk_text_put(w->out, "   (");
    gchk_text_put_name(w->out, c->file);
    if (c->line > 0)
      gchk_text_format(w->out, ":%d", c->line);
    gchk_text_put(w->out, ")");
  }
  gchk_text_put(w->out, "\n");
  if (row->tensor) {
    const gchk_tensor_result *t = row->tensor;
    if (t->elements.fail > 0 || (!isnan(t->threshold) && !(t->mean_abs_diff <= t->threshold)))
      put_element_rows(w, t);
    put_limits(w, t);
    if (*t->reason) {
      gchk_text_put_label(w, "reason");
      gchk_text_put_name(w->out, t->reason);
      gchk_text_put(w->out, "\n");
    }
    gchk_text_put_findings(w, t->findings, t->finding_count, true);
    put_first_wrong(w, row);
  } else {
    if (*c->reason) {
      gchk_text_put_label(w, "reason");
      gchk_text_put_name(w->out, c->reason);
      gchk_text_put(w->out, "\n");
    }
    gchk_text_put_findings(w, c->findings, c->finding_count, true);
  }
  gchk_text_put_label(w, "rerun");
  gchk_text command = {0};
  gchk_put_rerun(&command, w->result, row);
  gchk_text_put_name(w->out, command.length ? command.data : "");
  gchk_text_deinit(&command);
  gchk_text_put(w->out, "\n");
}

void gchk_text_problem(const gchk_result *result, const gchk_row *row, gchk_text *out) {
  gchk_text_writer w = {.result = result, .out = out};
  put_problem(&w, row);
}

void gchk_text_problems(const gchk_result *result, const gchk_report_options *options, gchk_text *out) {
  gchk_text_writer w = {.result = result, .options = options ? *options : (gchk_report_options){0}, .out = out};
  gchk_row_list list;
  if (!gchk_list_problems(result, &list)) {
    out->failed = true;
    return;
  }
  for (size_t i = 0; i < list.count; i++)
    put_problem(&w, &list.rows[i]);
  free(list.rows);
}

void gchk_text_baseline(const gchk_baseline_result *baseline, const gchk_report_options *options, gchk_text *out) {
  gchk_text_writer w = {.options = options ? *options : (gchk_report_options){0}, .out = out};
  if (!baseline->file)
    return;
  gchk_text_put(out, "Against ");
  gchk_text_put_name(out, baseline->file);
  gchk_text_put(out, baseline->change_count == 0 ? ": nothing changed\n" : ":\n");
  for (size_t i = 0; i < baseline->change_count; i++) {
    const gchk_change *change = &baseline->changes[i];
    if (w.options.verbosity < 0 && !change->is_regression)
      continue;
    gchk_text_put(out, "  ");
    gchk_text_column(out, change->is_regression ? "REGRESSION" : "changed", 10);
    gchk_text_put(out, "  ");
    gchk_text_put_name(out, change->case_name);
    if (*change->tensor) {
      gchk_text_put(out, " ");
      gchk_text_put_name(out, change->tensor);
    }
    gchk_text_put(out, *change->case_name ? ": " : "");
    gchk_put_change(out, change);
    gchk_text_put(out, "\n");
  }
}
