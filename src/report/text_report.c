/*
 * The text report: a heading, a line a case, what is undecided, what changed, a block for each cause, and a summary
 * line that starts with the verdict. Words carry the meaning and colour only helps. Tables have three significant
 * digits, failing elements all 17.
 */
#include "report/text_report.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/reach_text.h"
#include "report/screened_words.h"
#include "report/sentence.h"
#include "report/suppressed_rows.h"
#include "report/text_baseline.h"
#include "report/text_cases.h"
#include "report/text_fold.h"
#include "report/text_parts.h"
#include "report/text_problems.h"
#include "report/undecided_text.h"
#include "report/words.h"

static bool is_same_finding(const gchk_finding *a, const gchk_finding *b) {
  return strcmp(a->code, b->code) == 0 && strcmp(a->text, b->text) == 0;
}

static bool has_finding(const gchk_tensor_result *t, const gchk_finding *finding) {
  for (size_t i = 0; i < t->finding_count; i++)
    if (is_same_finding(&t->findings[i], finding))
      return true;
  return false;
}

// By a threshold; what is suppressed has a line of its own.
static bool is_waived(const gchk_tensor_result *t) {
  return gchk_passes_wrong(t) && !isnan(t->threshold);
}

/* Does the line of this tensor leave its findings to be told below the lines? */
static bool is_told_below(const gchk_text_writer *w, const gchk_case_result *c, const gchk_tensor_result *t) {
  gchk_verdict verdict = gchk_row_verdict(&(gchk_row){.owner = c, .tensor = t});
  return w->options.verbosity > 0 ? verdict < GCHK_FAIL : verdict == GCHK_INCONCLUSIVE || is_waived(t);
}

/* Of what is waived the name of the mistake is enough, in a line, unless verbose. */
static bool is_told(const gchk_text_writer *w, const gchk_tensor_result *t, const gchk_finding *finding) {
  const gchk_code_doc *code = gchk_code_find(finding->code);
  return w->options.verbosity > 0 || !is_waived(t) || code == NULL || code->says_where;
}

/* Findings of tensors that have no block of their own, each once with the names of all that it was made at. */
static void put_tensor_findings(const gchk_text_writer *w, const gchk_case_result *c) {
  for (size_t k = 0; k < c->tensor_count; k++)
    for (size_t i = 0; i < c->tensors[k].finding_count && is_told_below(w, c, &c->tensors[k]); i++) {
      const gchk_finding *finding = &c->tensors[k].findings[i];
      bool is_known = !is_told(w, &c->tensors[k], finding);
      for (size_t before = 0; before < k; before++)
        is_known = is_known || (is_told_below(w, c, &c->tensors[before]) && has_finding(&c->tensors[before], finding));
      if (is_known)
        continue;
      gchk_text whose = {0};
      for (size_t later = k; later < c->tensor_count; later++)
        if (is_told_below(w, c, &c->tensors[later]) && has_finding(&c->tensors[later], finding))
          gchk_text_format(&whose, "%s%s", whose.length ? ", " : "", c->tensors[later].name);
      (w->options.verbosity > 0 || !is_waived(&c->tensors[k]) ? gchk_text_put_finding : gchk_text_put_finding_short)(
          w, finding, whose.length ? whose.data : c->tensors[k].name);
      gchk_text_deinit(&whose);
    }
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
  if (c->verdict == GCHK_INCONCLUSIVE || c->verdict == GCHK_SKIPPED)
    gchk_text_put_findings(w, c->findings, c->finding_count, false);
  if (!gchk_failed_as_expected(c))
    put_tensor_findings(w, c);
}

static void put_more(const gchk_text_writer *w, size_t index) {
  const gchk_case_result *c = &w->result->cases[index];
  if (w->options.verbosity < 0)
    return;
  if (w->options.verbosity > 0)
    put_details(w, c);
  else
    put_reasons(w, c);
  const bool are_shown = gchk_is_wrong_as_a_whole(c) || (w->options.verbosity > 0 && c->verdict < GCHK_FAIL);
  if (!are_shown)
    put_notes(w, index);
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

// A line of its own; none where there are no words.
static void put_line(const gchk_text_writer *w, void (*put)(gchk_text *text, const gchk_result *result)) {
  gchk_text words = {0};
  put(&words, w->result);
  if (words.length > 0) {
    gchk_text_put(w->out, "  ");
    gchk_text_put_name(w->out, words.data);
    gchk_text_put(w->out, "\n");
  }
  w->out->failed = w->out->failed || words.failed;
  gchk_text_deinit(&words);
}

/* The sentence where the verdict alone does not say it, and what the counts below do not. */
static void put_sentences(const gchk_text_writer *w) {
  const gchk_result *result = w->result;
  const gchk_summary *s = &result->summary;
  if (result->exit_code != 0 && (result->verdict < GCHK_FAIL || !result->complete)) {
    gchk_put_sentence(w->out, result);
    gchk_text_put(w->out, "\n");
  }
  if (w->options.verbosity < 0 || s->with_undecided + s->expected_failures == 0)
    return;
  gchk_text_put(w->out, "  Of the cases that pass, ");
  if (s->expected_failures > 0)
    gchk_text_format(w->out, "%zu failed as expected", s->expected_failures);
  if (s->with_undecided > 0)
    gchk_text_format(w->out, "%s%zu ha%s undecided elements", s->expected_failures > 0 ? " and " : "",
                     s->with_undecided, s->with_undecided == 1 ? "s" : "ve");
  gchk_text_put(w->out, ".\n");
}

/* What is known and left is told in every report, quiet ones too. */
static void put_suppressed(const gchk_text_writer *w) {
  gchk_suppressed_list list;
  if (!gchk_list_suppressed(w->result, &list)) {
    w->out->failed = true;
    return;
  }
  for (size_t i = 0; i < list.count; i++) {
    gchk_text words = {0};
    gchk_put_suppressed(&words, &list.rows[i]);
    gchk_text_put(w->out, gchk_suppressed_is_due(&list.rows[i]) ? "  SUPPRESSED no more  " : "  SUPPRESSED  ");
    gchk_text_put_name(w->out, list.rows[i].owner->layer);
    gchk_text_put(w->out, " ");
    gchk_text_put_name(w->out, words.length > 0 ? words.data : "");
    gchk_text_put(w->out, "\n");
    w->out->failed = w->out->failed || words.failed;
    gchk_text_deinit(&words);
  }
  free(list.rows);
}

static void put_counts(const gchk_text_writer *w, int shorter, gchk_text *out) {
  const gchk_result *result = w->result;
  gchk_put_plain_counts(out, &result->summary, shorter);
  if (result->baseline.regression_count > 0) {
    gchk_text_put(out, " · ");
    gchk_text_grouped(out, result->baseline.regression_count);
    gchk_text_put(out, result->baseline.regression_count == 1 ? " regression" : " regressions");
  }
  if (!result->complete)
    gchk_text_put(out, result->unwritten != NULL    ? " · not all is written"
                       : result->stopped_by != NULL ? " · ended early"
                                                    : " · interrupted");
  gchk_text_put(out, " · ");
  gchk_text_real(out, 'f', result->wall_s < 10 ? 1 : 0, result->wall_s);
  gchk_text_put(out, " s");
}

/* The last line: never broken. Where it would not fit, it is shorter by what is said twice, or by what is 0. */
static void put_summary(const gchk_text_writer *w, gchk_text *out) {
  enum { SHORTEST = 2 };
  const char *word = gchk_verdict_word(w->result->verdict);
  gchk_text_writer last = *w;
  last.out = out;
  for (int shorter = 0; shorter <= SHORTEST; shorter++) {
    gchk_text counts = {0};
    put_counts(w, shorter, &counts);
    const bool fits = strlen(word) + 2 + counts.length <= GCHK_TEXT_COLUMNS; // in bytes too, for whoever counts them
    if (fits || shorter == SHORTEST) {
      gchk_text_put_word(&last, word, w->result->verdict, 0);
      gchk_text_format(out, "  %s\n", counts.length > 0 ? counts.data : "");
    }
    out->failed = out->failed || counts.failed;
    gchk_text_deinit(&counts);
    if (fits)
      return;
  }
}

void gchk_text_report(const gchk_result *result, const gchk_report_options *options, gchk_text *out) {
  gchk_text lines = {0};
  gchk_text_writer w = {
      .result = result, .options = options != NULL ? *options : (gchk_report_options){0}, .out = &lines};
  if (w.options.verbosity >= 0)
    put_heading(&w);
  put_line(&w, gchk_put_screened); // quiet or not: nobody asked for that
  if (w.options.verbosity >= 0)
    put_line(&w, gchk_put_sampled);
  gchk_text_cases(&w, put_more);
  gchk_text_all_undecided(result, w.options.verbosity, &lines);
  if (w.options.verbosity >= 0)
    gchk_text_reach(&w);
  gchk_text_baseline(&result->baseline, options, &lines);
  gchk_text_problems(result, options, &lines);
  if (w.options.verbosity >= 0)
    put_line(&w, gchk_put_run_sensitivity);
  put_suppressed(&w);
  put_sentences(&w);
  gchk_text_fold(lines.length > 0 ? lines.data : "", out);
  put_summary(&w, out);
  out->failed = out->failed || lines.failed;
  gchk_text_deinit(&lines);
}
