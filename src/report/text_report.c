/*
 * The text report: a heading, a line a tensor, a block for each thing that is wrong, and a summary line that starts
 * with the verdict. Words carry the meaning and colour only helps. Tables have three significant digits, failing
 * elements all 17.
 */
#include "report/text_report.h"

#include <math.h>
#include <string.h>

#include "report/text_baseline.h"
#include "report/text_parts.h"
#include "report/text_problems.h"
#include "report/undecided_text.h"
#include "report/words.h"

enum { MAX_CASE_WIDTH = 36, MAX_TENSOR_WIDTH = 20, FIGURE_WIDTH = 10 };

static void put_figure(gchk_text *out, const char *label, double x, int width) {
  char number[GCHK_REAL_SIZE];
  gchk_format_real(number, sizeof number, 'g', 3, x);
  gchk_text_format(out, "%s ", label);
  gchk_text_column(out, number, width);
}

static void widen(int *width, size_t wanted, int limit) {
  if ((int)wanted > *width)
    *width = (int)wanted > limit ? limit : (int)wanted;
}

static int digits_of(size_t number) {
  int digits = 1;
  while (number >= 10) {
    number /= 10;
    digits++;
  }
  return digits;
}

static void measure(gchk_text_writer *w) {
  w->word_width = 4;
  for (size_t i = 0; i < w->result->case_count; i++) {
    const gchk_case_result *c = &w->result->cases[i];
    widen(&w->case_width, gchk_visible_width(c->name), MAX_CASE_WIDTH);
    if (c->tensor_count == 0)
      widen(&w->word_width, strlen(gchk_verdict_word(c->verdict)), 12);
    for (size_t k = 0; k < c->tensor_count; k++) {
      const gchk_tensor_result *t = &c->tensors[k];
      gchk_text shape = {0};
      gchk_put_shape(&shape, &t->shape);
      widen(&w->word_width, strlen(gchk_row_word(&(gchk_row){.owner = c, .tensor = t})), 12);
      widen(&w->tensor_width, gchk_visible_width(t->name), MAX_TENSOR_WIDTH);
      widen(&w->shape_width, shape.length, 24);
      widen(&w->count_width, (size_t)(digits_of(t->checked) + 1 + digits_of(t->total)), 24);
      gchk_text_deinit(&shape);
    }
  }
}

static bool is_same_finding(const gchk_finding *a, const gchk_finding *b) {
  return strcmp(a->code, b->code) == 0 && strcmp(a->text, b->text) == 0;
}

static bool has_finding(const gchk_tensor_result *t, const gchk_finding *finding) {
  for (size_t i = 0; i < t->finding_count; i++)
    if (is_same_finding(&t->findings[i], finding))
      return true;
  return false;
}

/* Does the line of this tensor leave its findings to be told below the lines? */
static bool is_told_below(const gchk_text_writer *w, const gchk_case_result *c, const gchk_tensor_result *t) {
  gchk_verdict verdict = gchk_row_verdict(&(gchk_row){.owner = c, .tensor = t});
  bool is_waived = t->verdict == GCHK_PASS && t->elements.fail > 0;
  return w->options.verbosity > 0 ? verdict < GCHK_FAIL : verdict == GCHK_INCONCLUSIVE || is_waived;
}

/* Findings of tensors that have no block of their own, each once with the names of all that it was made at. */
static void put_tensor_findings(const gchk_text_writer *w, const gchk_case_result *c) {
  for (size_t k = 0; k < c->tensor_count; k++)
    for (size_t i = 0; i < c->tensors[k].finding_count && is_told_below(w, c, &c->tensors[k]); i++) {
      const gchk_finding *finding = &c->tensors[k].findings[i];
      bool is_told = false;
      for (size_t before = 0; before < k; before++)
        is_told = is_told || (is_told_below(w, c, &c->tensors[before]) && has_finding(&c->tensors[before], finding));
      if (is_told)
        continue;
      gchk_text whose = {0};
      for (size_t later = k; later < c->tensor_count; later++)
        if (is_told_below(w, c, &c->tensors[later]) && has_finding(&c->tensors[later], finding))
          gchk_text_format(&whose, "%s%s", whose.length ? ", " : "", c->tensors[later].name);
      gchk_text_put_finding(w, finding, whose.length ? whose.data : c->tensors[k].name);
      gchk_text_deinit(&whose);
    }
}

/* PASS  two-layer-net     W1   784x50  39200/39200  mean 3.1e-13  max 4.0e-11  bound 6e-11 */
static void put_tensor_line(const gchk_text_writer *w, const gchk_row *row) {
  const gchk_tensor_result *t = row->tensor;
  gchk_text_put(w->out, "  ");
  gchk_text_put_word(w, gchk_row_word(row), gchk_row_verdict(row), w->word_width);
  gchk_text_put(w->out, "  ");
  gchk_text_column(w->out, row->owner->name, w->case_width);
  gchk_text_put(w->out, "  ");
  gchk_text_column(w->out, t->name, w->tensor_width);
  gchk_text shape = {0}, count = {0}, remarks = {0};
  gchk_put_shape(&shape, &t->shape);
  gchk_text_format(&count, "%zu/%zu", t->checked, t->total);
  gchk_put_remarks(&remarks, row);
  gchk_text_format(w->out, "  %-*s  %-*s", w->shape_width, shape.data ? shape.data : "", w->count_width,
                   count.data ? count.data : "");
  if (t->checked > 0) {
    put_figure(w->out, "  mean", t->mean_abs_diff, FIGURE_WIDTH);
    put_figure(w->out, " max", t->max_abs_diff, FIGURE_WIDTH);
    put_figure(w->out, " bound", gchk_row_bound(t), remarks.length ? FIGURE_WIDTH : 0);
  }
  if (remarks.length > 0) {
    gchk_text_put(w->out, "  ");
    gchk_text_put_name(w->out, remarks.data);
  }
  gchk_text_put(w->out, "\n");
  w->out->failed = w->out->failed || shape.failed || count.failed || remarks.failed;
  gchk_text_deinit(&shape);
  gchk_text_deinit(&count);
  gchk_text_deinit(&remarks);
}

static void put_case_line(const gchk_text_writer *w, const gchk_case_result *c) {
  gchk_text_put(w->out, "  ");
  gchk_text_put_word(w, gchk_verdict_word(c->verdict), c->verdict, w->word_width);
  gchk_text_put(w->out, "  ");
  gchk_text_column(w->out, c->name, w->case_width);
  gchk_text_put(w->out, "  ");
  gchk_text_put_name(w->out, *c->reason ? c->reason : "no tensor was checked");
  gchk_text_put(w->out, "\n");
}

static void put_words(const gchk_text_writer *w, const char *label, gchk_text *words) {
  if (words->length > 0) {
    gchk_text_put_label(w, label);
    gchk_text_put_name(w->out, words->data);
    gchk_text_put(w->out, "\n");
  }
  w->out->failed = w->out->failed || words->failed;
  gchk_text_deinit(words);
}

/* Findings of a case that passes, its notes, and what its tensors would have caught: for -v. */
static void put_details(const gchk_text_writer *w, const gchk_case_result *c) {
  bool is_wrong = c->verdict >= GCHK_FAIL;
  if (!is_wrong)
    gchk_text_put_findings(w, c->findings, c->finding_count, true);
  for (size_t k = 0; k < c->tensor_count; k++) {
    gchk_text sensitivity = {0}, zeros = {0}, truth = {0};
    gchk_put_sensitivity(&sensitivity, &c->tensors[k]);
    put_words(w, c->tensors[k].name, &sensitivity);
    gchk_put_zeros(&zeros, &c->tensors[k]);
    put_words(w, c->tensors[k].name, &zeros);
    gchk_put_true_error(&truth, &c->tensors[k]);
    put_words(w, "true error", &truth);
  }
  put_tensor_findings(w, c);
}

static bool is_told_as_note(const gchk_finding *finding) {
  const gchk_code_doc *code = finding->is_note ? gchk_code_find(finding->code) : NULL;
  return code != NULL && code->is_told;
}

static bool has_note(const gchk_case_result *c, const char *code) {
  for (size_t i = 0; i < c->finding_count; i++)
    if (c->findings[i].is_note && strcmp(c->findings[i].code, code) == 0)
      return true;
  return false;
}

// By the case before, of the same layer; one that is wrong as a whole tells no notes.
static bool is_told_before(const gchk_result *result, size_t index, const char *code) {
  if (index == 0)
    return false;
  const gchk_case_result *before = &result->cases[index - 1];
  return strcmp(before->layer, result->cases[index].layer) == 0 && !gchk_is_wrong_as_a_whole(before) &&
         has_note(before, code);
}

/*
 * Notes of a case as a whole that are something to see to, and that nothing else here shows: processes that were left,
 * undefined behaviour, what was not probed. The cases of one layer stand side by side, and mostly have the same to say:
 * the first of them says it.
 */
static void put_notes(const gchk_text_writer *w, size_t index) {
  const gchk_result *result = w->result;
  const gchk_case_result *c = &result->cases[index];
  for (size_t i = 0; i < c->finding_count; i++) {
    const gchk_finding *note = &c->findings[i];
    if (!is_told_as_note(note) || is_told_before(result, index, note->code))
      continue;
    gchk_text_put_finding(w, note, "");
    size_t alike = 0;
    for (size_t k = index + 1; k < result->case_count && strcmp(result->cases[k].layer, c->layer) == 0 &&
                               has_note(&result->cases[k], note->code);
         k++)
      alike++;
    if (alike > 0) {
      gchk_text_put_label(w, "");
      gchk_text_format(w->out, "and %zu more case%s of this layer\n", alike, alike == 1 ? "" : "s");
    }
  }
}

/* At the usual verbosity too: findings of what did not fail as a whole, since one that is no note is a reason. */
static void put_reasons(const gchk_text_writer *w, const gchk_case_result *c) {
  if (c->verdict == GCHK_INCONCLUSIVE || c->verdict == GCHK_SKIPPED) {
    if (c->tensor_count > 0 && *c->reason) {
      gchk_text_put_label(w, gchk_verdict_name(c->verdict));
      gchk_text_put_name(w->out, c->reason);
      gchk_text_put(w->out, "\n");
    }
    gchk_text_put_findings(w, c->findings, c->finding_count, false);
  }
  if (gchk_failed_as_expected(c)) {
    gchk_text_put_label(w, "expected failure");
    gchk_text_put_name(w->out, c->expected_failure);
    gchk_text_put(w->out, "\n");
  }
  put_tensor_findings(w, c);
}

static void put_tensors(const gchk_text_writer *w) {
  for (size_t i = 0; i < w->result->case_count; i++) {
    const gchk_case_result *c = &w->result->cases[i];
    bool is_quiet = w->options.verbosity < 0;
    if (c->tensor_count == 0 && (!is_quiet || c->verdict != GCHK_PASS))
      put_case_line(w, c);
    for (size_t k = 0; k < c->tensor_count; k++) {
      gchk_row row = {.owner = c, .tensor = &c->tensors[k]};
      if (!is_quiet || gchk_row_verdict(&row) != GCHK_PASS)
        put_tensor_line(w, &row);
    }
    if (is_quiet)
      continue;
    if (w->options.verbosity > 0)
      put_details(w, c);
    else
      put_reasons(w, c);
    const bool are_shown = gchk_is_wrong_as_a_whole(c) || (w->options.verbosity > 0 && c->verdict < GCHK_FAIL);
    if (!are_shown)
      put_notes(w, i);
  }
}

static void put_heading(const gchk_text_writer *w) {
  gchk_text settings = {0};
  gchk_text_put(w->out, "gradcheck ");
  gchk_text_put_name(w->out, w->result->tool_version);
  if (*w->result->title) {
    gchk_text_put(w->out, " · ");
    gchk_text_put_name(w->out, w->result->title);
  }
  gchk_put_settings(&settings, w->result);
  gchk_text_put(w->out, " · ");
  gchk_text_put_name(w->out, settings.length ? settings.data : "");
  gchk_text_put(w->out, "\n");
  gchk_text_deinit(&settings);
}

/* Which mistakes the run would have seen: the least that shows in every tensor, and where it shows least. */
static void put_run_sensitivity(const gchk_text_writer *w) {
  gchk_text line = {0};
  gchk_put_run_sensitivity(&line, w->result);
  if (line.length > 0) {
    gchk_text_put(w->out, "  ");
    gchk_text_put_name(w->out, line.data);
    gchk_text_put(w->out, "\n");
  }
  gchk_text_deinit(&line);
}

/* The sentence where the verdict alone does not say it; then the summary, which is the last line. */
static void put_summary(const gchk_text_writer *w) {
  const gchk_result *result = w->result;
  if (result->exit_code != 0 && (result->verdict < GCHK_FAIL || !result->complete)) {
    gchk_put_sentence(w->out, result);
    gchk_text_put(w->out, "\n");
  }
  gchk_text_put_word(w, gchk_verdict_word(result->verdict), result->verdict, 0);
  gchk_text_put(w->out, "  ");
  gchk_put_counts(w->out, &result->summary);
  if (result->baseline.regression_count > 0) {
    gchk_text_put(w->out, " · ");
    gchk_text_grouped(w->out, result->baseline.regression_count);
    gchk_text_put(w->out, result->baseline.regression_count == 1 ? " regression" : " regressions");
  }
  if (!result->complete)
    gchk_text_put(w->out, result->stopped_by != NULL ? " · ended early" : " · interrupted");
  gchk_text_put(w->out, " · ");
  gchk_text_real(w->out, 'f', result->wall_s < 10 ? 1 : 0, result->wall_s);
  gchk_text_put(w->out, " s\n");
}

void gchk_text_report(const gchk_result *result, const gchk_report_options *options, gchk_text *out) {
  gchk_text_writer w = {.result = result, .options = options != NULL ? *options : (gchk_report_options){0}, .out = out};
  measure(&w);
  if (w.options.verbosity >= 0)
    put_heading(&w);
  put_tensors(&w);
  gchk_text_all_undecided(result, w.options.verbosity, out);
  gchk_text_problems(result, options, out);
  gchk_text_baseline(&result->baseline, options, out);
  if (w.options.verbosity >= 0)
    put_run_sensitivity(&w);
  put_summary(&w);
}
