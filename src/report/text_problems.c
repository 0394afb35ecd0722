/*
 * The blocks of the text report: what is wrong, where, by how much against what bound, what it looks like, and the
 * command that runs it again. Failing elements have all 17 digits.
 */
#include "report/text_problems.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/crash_text.h"
#include "report/rerun.h"
#include "report/text_parts.h"
#include "report/words.h"
#include "result/finding_codes.h"

enum { FAILING_ROWS = 5 };

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
    gchk_text_put(w->out, ", known to within ");
    gchk_text_real(w->out, 'g', 3, gchk_row_bound(t));
    gchk_text_put(w->out, ", and must not exceed ");
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
  if (row->tensor != NULL) {
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
  if (row->tensor != NULL) {
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
  gchk_text_put_crash(w, row);
}

void gchk_text_problem(const gchk_result *result, const gchk_row *row, gchk_text *out) {
  gchk_text_writer w = {.result = result, .out = out};
  put_problem(&w, row);
}

void gchk_text_problems(const gchk_result *result, const gchk_report_options *options, gchk_text *out) {
  gchk_text_writer w = {.result = result, .options = options != NULL ? *options : (gchk_report_options){0}, .out = out};
  gchk_row_list list;
  if (!gchk_list_problems(result, &list)) {
    out->failed = true;
    return;
  }
  for (size_t i = 0; i < list.count; i++)
    put_problem(&w, &list.rows[i]);
  free(list.rows);
}

char *gchk_failure_text(const gchk_result *result) {
  gchk_text text = {0};
  gchk_text_problems(result, NULL, &text);
  if (text.length == 0 || text.failed) {
    gchk_text_deinit(&text);
    return NULL;
  }
  return gchk_text_take(&text);
}
