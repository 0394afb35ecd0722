/*
 * The blocks of the text report: what is wrong, where, by how much against what bound, what it looks like, and the
 * command that runs it again. Failing elements have all 17 digits.
 */
#include "report/text_problems.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "report/crash_text.h"
#include "report/rerun.h"
#include "report/text_parts.h"
#include "report/words.h"
#include "result/finding_codes.h"
#include "summary/cause_key.h"

enum { FAILING_ROWS = 5, ROWS_OF_SEVERAL = 3 };

static void put_element_rows(const gchk_text_writer *w, const gchk_tensor_result *t, size_t most) {
  size_t shown = 0;
  gchk_text_put(w->out, "   index       analytic                 numeric                  bound     error bars\n");
  for (size_t i = 0; i < t->worst_count && shown < most; i++) {
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
  if (gchk_is_above_threshold(t)) {
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
  const gchk_node_result *node = gchk_first_wrong_node(&row->owner->graph);
  for (size_t i = 0; i < row->tensor->finding_count; i++)
    if (gchk_finding_is(&row->tensor->findings[i], GCHK_CODE_FIRST_WRONG))
      return;
  if (node == NULL)
    return;
  gchk_text_put_label(w, "first wrong");
  gchk_text_put(w->out, "going backward from the loss, the rule of ");
  gchk_text_put_name(w->out, node->name);
  gchk_text_put(w->out, " (");
  gchk_text_put_name(w->out, node->layer);
  gchk_text_put(w->out, ") is the first that is wrong\n");
}

static void put_rerun(const gchk_text_writer *w, const gchk_row *row) {
  gchk_text command = {0};
  gchk_put_rerun(&command, w->result, row);
  gchk_text_put_command(w, "rerun", &command);
  gchk_text_put_crash(w, row);
}

static void put_location(const gchk_text_writer *w, const gchk_case_result *c) {
  if (*c->file) {
    gchk_text_put(w->out, "   (");
    gchk_text_put_name(w->out, c->file);
    if (c->line > 0)
      gchk_text_format(w->out, ":%d", c->line);
    gchk_text_put(w->out, ")");
  }
  gchk_text_put(w->out, "\n");
}

// "FAIL two-layer-net b2   (layers/affine.c:88)"
static void put_head(const gchk_text_writer *w, const gchk_row *row) {
  gchk_text_put_word(w, gchk_row_word(row), gchk_row_verdict(row), 0);
  gchk_text_put(w->out, " ");
  gchk_text_put_name(w->out, row->owner->name);
  if (row->tensor != NULL) {
    gchk_text_put(w->out, " ");
    gchk_text_put_name(w->out, row->tensor->name);
  }
  put_location(w, row->owner);
}

static void put_reason(const gchk_text_writer *w, const char *reason) {
  if (*reason == '\0')
    return;
  gchk_text_put_label(w, "reason");
  gchk_text_put_name(w->out, reason);
  gchk_text_put(w->out, "\n");
}

static void put_figures(const gchk_text_writer *w, const gchk_tensor_result *t, size_t most) {
  if (t->elements.fail > 0 || gchk_is_above_threshold(t))
    put_element_rows(w, t, most);
  put_limits(w, t);
  put_reason(w, t->reason);
}

static void put_problem(const gchk_text_writer *w, const gchk_row *row) {
  const gchk_case_result *c = row->owner;
  put_head(w, row);
  if (row->tensor != NULL) {
    put_figures(w, row->tensor, FAILING_ROWS);
    gchk_text_put_findings(w, row->tensor->findings, row->tensor->finding_count, true);
    put_first_wrong(w, row);
  } else {
    put_reason(w, c->reason);
    gchk_text_put_findings(w, c->findings, c->finding_count, true);
  }
  put_rerun(w, row);
}

void gchk_text_problem(const gchk_result *result, const gchk_row *row, gchk_text *out) {
  gchk_text_writer w = {.result = result, .out = out};
  put_problem(&w, row);
}

// "FAIL lstm: x, h, W; 5 of 5 cases   (lstm.c:49)"
static void put_shared_head(const gchk_text_writer *w, const gchk_cause *cause, const gchk_case_result *c) {
  gchk_text_put_word(w, gchk_verdict_word(cause->verdict), cause->verdict, 0);
  gchk_text_put(w->out, " ");
  gchk_text_put_name(w->out, cause->layer);
  gchk_text_put(w->out, *cause->where != '\0' ? ": " : "");
  gchk_text_put_name(w->out, cause->where);
  put_location(w, c);
}

// NULL: nothing names it.
static const gchk_finding *finding_of(const gchk_row *row, const gchk_cause *cause) {
  const size_t index = cause->members[cause->shown].finding_index;
  const size_t count = row->tensor != NULL ? row->tensor->finding_count : row->owner->finding_count;
  if (*cause->finding.code == '\0' || index >= count)
    return NULL;
  return &(row->tensor != NULL ? row->tensor->findings : row->owner->findings)[index];
}

static void put_names(const gchk_text_writer *w, const gchk_cause *const *causes, size_t count, const gchk_row *row) {
  for (size_t i = 0; i < count; i++) {
    const gchk_finding *finding = finding_of(row, causes[i]);
    if (finding == NULL)
      continue;
    // The sentence of all, and the evidence of the one that is shown, where that bears the name.
    gchk_finding told = strcmp(finding->code, causes[i]->finding.code) == 0 ? *finding : causes[i]->finding;
    told.text = causes[i]->finding.text;
    gchk_text_put_finding(w, &told, "");
  }
}

// What there is beside the names: notes of a case as a whole; for -v all else that is found of a tensor.
static void put_others(const gchk_text_writer *w, const gchk_row *row) {
  if (row->tensor == NULL) {
    for (size_t i = 0; i < row->owner->finding_count; i++)
      if (row->owner->findings[i].is_note)
        gchk_text_put_finding(w, &row->owner->findings[i], "");
  } else if (w->options.verbosity > 0) {
    for (size_t i = 0; i < row->tensor->finding_count; i++)
      if (row->tensor->findings[i].is_note || !gchk_finding_names(&row->tensor->findings[i]))
        gchk_text_put_finding(w, &row->tensor->findings[i], "");
  }
}

// Of several cases that end in one way, which.
static void put_cases(const gchk_text_writer *w, const gchk_cause *cause) {
  enum { FEW_CASES = 8 };
  if (cause->member_count == 1)
    return;
  gchk_text_put_label(w, "cases");
  for (size_t i = 0; i < cause->member_count && i < FEW_CASES; i++) {
    gchk_text_put(w->out, i > 0 ? ", " : "");
    gchk_text_put_name(w->out, cause->members[i].case_name);
  }
  if (cause->member_count > FEW_CASES)
    gchk_text_format(w->out, " and %zu more", cause->member_count - FEW_CASES);
  gchk_text_put(w->out, "\n");
}

// What is right beside what is wrong.
static void put_right(const gchk_text_writer *w, const gchk_cause *cause) {
  enum { FEW_TENSORS = 12 };
  size_t at = 0, count = 0;
  for (const gchk_tensor_result *t; (t = gchk_next_right(w->result, cause, &at)) != NULL && count <= FEW_TENSORS;) {
    if (count == 0)
      gchk_text_put_label(w, "right");
    gchk_text_put(w->out, count > 0 ? ", " : "");
    if (count++ < FEW_TENSORS)
      gchk_text_put_name(w->out, t->name);
    else
      gchk_text_put(w->out, "...");
  }
  gchk_text_put(w->out, count > 0 ? "\n" : "");
}

/* Several mistakes of the same tensors are one block. */
static void put_block(const gchk_text_writer *w, const gchk_cause *const *causes, size_t count) {
  const gchk_cause *cause = causes[0];
  const gchk_row row = gchk_shown_row(w->result, cause);
  const bool is_one = cause->member_count == 1;
  if (is_one)
    put_head(w, &row);
  else
    put_shared_head(w, cause, row.owner);
  put_names(w, causes, count, &row);
  if (row.tensor != NULL) {
    put_right(w, cause);
    if (!is_one) {
      gchk_text_put_label(w, "shown");
      gchk_text_put_name(w->out, row.owner->name);
      gchk_text_put(w->out, " ");
      gchk_text_put_name(w->out, row.tensor->name);
      gchk_text_put(w->out, "\n");
    }
    put_figures(w, row.tensor, is_one ? FAILING_ROWS : ROWS_OF_SEVERAL);
    put_first_wrong(w, &row);
  } else {
    put_cases(w, cause);
    put_reason(w, row.owner->reason);
  }
  put_others(w, &row);
  put_rerun(w, &row);
}

static bool have_same_members(const gchk_cause *a, const gchk_cause *b) {
  if (a->member_count != b->member_count || a->verdict != b->verdict)
    return false;
  for (size_t i = 0; i < a->member_count; i++)
    if (a->members[i].case_index != b->members[i].case_index ||
        a->members[i].tensor_index != b->members[i].tensor_index ||
        (*a->members[i].tensor == '\0') != (*b->members[i].tensor == '\0'))
      return false;
  return true;
}

void gchk_text_problems(const gchk_result *result, const gchk_report_options *options, gchk_text *out) {
  enum { FEW = 16 };
  gchk_text_writer w = {.result = result, .options = options != NULL ? *options : (gchk_report_options){0}, .out = out};
  bool *told = gchk_calloc(result->cause_count, sizeof *told);
  out->failed = out->failed || told == NULL;
  for (size_t i = 0; i < result->cause_count && told != NULL; i++) {
    const gchk_cause *block[FEW];
    size_t count = 0;
    if (told[i])
      continue;
    for (size_t k = i; k < result->cause_count && k < i + FEW; k++)
      if (!told[k] && have_same_members(&result->causes[i], &result->causes[k])) {
        block[count++] = &result->causes[k];
        told[k] = true;
      }
    put_block(&w, block, count);
  }
  free(told);
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
