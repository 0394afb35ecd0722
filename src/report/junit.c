/*
 * JUnit XML: one suite a case, one testcase a tensor (never an element), and one testcase "case" for what is said of
 * the case as a whole. classname is `case.layer`. What is wrong with the run (regressions, an interruption) is in
 * suites of its own. The schema is the Jenkins xUnit plug-in's: no file and line on a testcase, and three decimals in
 * times. An inconclusive tensor is skipped, or a failure when the run is strict; what failed as it was expected to is
 * skipped. Of the tensors that one mistake makes wrong, the one that shows it best has all there is to say of it, the
 * others one line that names it.
 */
#include "report/junit.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "report/cause_index.h"
#include "report/change_words.h"
#include "report/sentence.h"
#include "report/suppressed_rows.h"
#include "report/text_problems.h"
#include "report/undecided_text.h"
#include "report/words.h"

typedef struct counts {
  size_t tests, failures, errors, skipped;
} counts;

typedef struct writer {
  const gchk_result *result;
  bool strict;
  const gchk_cause_index *causes;
  gchk_text *out;
} writer;

static void put_attribute(gchk_text *out, const char *name, const char *value) {
  gchk_text_format(out, " %s=\"", name);
  gchk_text_visible(out, value, GCHK_MARKUP_XML);
  gchk_text_put(out, "\"");
}

static void put_time(gchk_text *out, double seconds) {
  gchk_text_put(out, " time=\"");
  gchk_text_real(out, 'f', 3, seconds >= 0 && isfinite(seconds) ? seconds : 0);
  gchk_text_put(out, "\"");
}

/* Is the row what its case is expected to fail by? */
static bool is_expected(const gchk_row *row) {
  return gchk_failed_as_expected(row->owner) && (row->tensor == NULL || row->tensor->verdict >= GCHK_FAIL);
}

/* How the verdict of a row counts here. */
static gchk_verdict outcome(const writer *w, const gchk_row *row) {
  gchk_verdict verdict = gchk_row_verdict(row);
  if (is_expected(row))
    return GCHK_SKIPPED;
  // A result that was not strict when it was made may pass with undecided elements.
  if (w->strict && row->tensor != NULL && row->tensor->undecided.is_tolerated)
    return GCHK_FAIL;
  if (verdict == GCHK_INCONCLUSIVE)
    return w->strict ? GCHK_FAIL : GCHK_SKIPPED;
  return verdict == GCHK_KINK ? GCHK_PASS : verdict;
}

static void count(counts *c, gchk_verdict verdict) {
  c->tests++;
  c->failures += verdict == GCHK_FAIL;
  c->errors += verdict == GCHK_ERROR;
  c->skipped += verdict == GCHK_SKIPPED;
}

static bool has_failing_tensor(const gchk_case_result *c) {
  for (size_t k = 0; k < c->tensor_count; k++)
    if (c->tensors[k].verdict >= GCHK_FAIL)
      return true;
  return false;
}

/* The case as a whole is a test of its own where its verdict is not that of its tensors, or where it has none. */
static bool has_own_test(const gchk_case_result *c) {
  if (c->tensor_count == 0)
    return true;
  if (gchk_failed_as_expected(c)) // by none of its tensors
    return !has_failing_tensor(c);
  for (size_t k = 0; k < c->tensor_count; k++) {
    gchk_row row = {.owner = c, .tensor = &c->tensors[k]};
    if (gchk_row_verdict(&row) >= c->verdict)
      return false;
  }
  return c->verdict != GCHK_PASS;
}

static counts count_case(const writer *w, const gchk_case_result *c) {
  counts all = {0};
  if (has_own_test(c))
    count(&all, outcome(w, &(gchk_row){.owner = c}));
  for (size_t k = 0; k < c->tensor_count; k++) {
    gchk_row row = {.owner = c, .tensor = &c->tensors[k]};
    count(&all, outcome(w, &row));
  }
  return all;
}

static void put_count_attributes(gchk_text *out, const counts *c) {
  gchk_text_format(out, " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"%zu\"", c->tests, c->failures,
                   c->errors, c->skipped);
}

/* Is the row wrong by a mistake that another one shows better? */
static const gchk_cause_member *shown_elsewhere(const writer *w, const gchk_row *row) {
  const gchk_cause *cause = gchk_cause_of(w->causes, row);
  const bool is_elsewhere = cause != NULL && *cause->finding.code && !gchk_shows_cause(w->causes, row);
  return is_elsewhere ? &cause->members[cause->shown] : NULL;
}

static void put_figures(const gchk_tensor_result *t, gchk_text *message) {
  gchk_text_format(message, "%s%s: ", message->length ? "; " : "", t->name);
  if (t->elements.fail > 0)
    gchk_text_format(message, "%zu of %zu elements wrong, ", t->elements.fail, t->checked);
  gchk_text_put(message, "mean |difference| ");
  gchk_text_real(message, 'g', 3, t->mean_abs_diff);
}

/* "as W of affine: zero-gradient (W, b; 2 of 2 cases)" */
static void put_other(const gchk_cause *cause, const gchk_cause_member *shown, gchk_text *message) {
  gchk_text_format(message, "%sas %s%s%s: %s", message->length ? "; " : "", shown->tensor, *shown->tensor ? " of " : "",
                   shown->case_name, cause->finding.code);
  if (*cause->where)
    gchk_text_format(message, " (%s)", cause->where);
}

static void put_first_finding(const gchk_row *row, gchk_text *message) {
  const gchk_tensor_result *t = row->tensor;
  const gchk_finding *findings = t != NULL ? t->findings : row->owner->findings;
  size_t finding_count = t != NULL ? t->finding_count : row->owner->finding_count;
  for (size_t i = 0; i < finding_count; i++)
    if (!findings[i].is_note) {
      gchk_text_format(message, "%s%s: %s", message->length ? "; " : "", findings[i].code, findings[i].text);
      return;
    }
}

/* What is wrong in one line: the first finding, or the figures; and where it is written. */
static void put_message(const writer *w, const gchk_row *row, gchk_text *message) {
  const gchk_tensor_result *t = row->tensor;
  const gchk_case_result *c = row->owner;
  const gchk_cause_member *shown = shown_elsewhere(w, row);
  if (is_expected(row))
    gchk_text_format(message, "fails as expected: %s", c->expected_failure);
  if (t != NULL && t->checked > 0)
    put_figures(t, message);
  if (shown != NULL)
    put_other(gchk_cause_of(w->causes, row), shown, message);
  else
    put_first_finding(row, message);
  const char *reason = t != NULL ? t->reason : c->reason;
  if (*reason)
    gchk_text_format(message, "%s%s", message->length ? "; " : "", reason);
  if (message->length == 0)
    gchk_text_put(message, gchk_verdict_name(c->verdict));
  if (outcome(w, row) >= GCHK_FAIL && *c->file && c->line > 0)
    gchk_text_format(message, "; %s:%d", c->file, c->line);
}

static bool is_undecided(const gchk_row *row) {
  return row->tensor != NULL && row->tensor->undecided.listed_count > 0 && row->tensor->verdict < GCHK_FAIL;
}

/* The block of the text report, line by line. */
static void put_block(const writer *w, const gchk_row *row) {
  gchk_text block = {0};
  if (is_undecided(row))
    gchk_text_undecided(w->result, row, SIZE_MAX, &block);
  else
    gchk_text_problem(w->result, row, &block);
  for (char *line = block.length ? block.data : NULL; line;) {
    char *end = strchr(line, '\n');
    if (end != NULL)
      *end = '\0';
    gchk_text_visible(w->out, line, GCHK_MARKUP_XML);
    gchk_text_put(w->out, "\n");
    line = end && end[1] ? end + 1 : NULL;
  }
  w->out->failed = w->out->failed || block.failed;
  gchk_text_deinit(&block);
}

static void put_test(const writer *w, const gchk_row *row, double seconds) {
  const gchk_case_result *c = row->owner;
  gchk_verdict given = gchk_row_verdict(row), verdict = outcome(w, row);
  gchk_text class_name = {0}, message = {0};
  gchk_text_format(&class_name, "%s.%s", c->name, c->layer);
  gchk_text_put(w->out, "    <testcase");
  put_attribute(w->out, "name", row->tensor ? row->tensor->name : "case");
  put_attribute(w->out, "classname", class_name.failed ? c->name : class_name.data);
  put_time(w->out, seconds);
  if (verdict == GCHK_PASS)
    gchk_text_put(w->out, "/>\n");
  else {
    const char *element = verdict == GCHK_SKIPPED ? "skipped" : verdict == GCHK_ERROR ? "error" : "failure";
    put_message(w, row, &message);
    gchk_text_format(w->out, ">\n      <%s", element);
    if (verdict != GCHK_SKIPPED)
      put_attribute(w->out, "type", gchk_verdict_name(given));
    put_attribute(w->out, "message", message.failed ? "" : message.data);
    if (verdict == GCHK_SKIPPED)
      gchk_text_put(w->out, "/>\n");
    else {
      gchk_text_put(w->out, ">");
      if (shown_elsewhere(w, row) != NULL)
        gchk_text_visible(w->out, message.failed ? "" : message.data, GCHK_MARKUP_XML);
      else
        put_block(w, row);
      gchk_text_format(w->out, "</%s>\n", element);
    }
    gchk_text_put(w->out, "    </testcase>\n");
  }
  w->out->failed = w->out->failed || class_name.failed || message.failed;
  gchk_text_deinit(&class_name);
  gchk_text_deinit(&message);
}

/* What is to be known beside the tests: the undecided elements, of passed tests too, and what is suppressed. */
static void put_remarks(const writer *w, const gchk_case_result *c) {
  const char *before = "    <system-out>", *after = "";
  for (size_t i = 0; i < c->suppression_count; i++) {
    gchk_text words = {0};
    gchk_put_suppressed(&words, &(gchk_suppressed){c, &c->suppressions[i], c->suppressions[i].count > 0});
    gchk_text_format(w->out, "%sSUPPRESSED ", before);
    gchk_text_visible(w->out, words.length > 0 ? words.data : "", GCHK_MARKUP_XML);
    gchk_text_put(w->out, "\n");
    w->out->failed = w->out->failed || words.failed;
    gchk_text_deinit(&words);
    before = "";
    after = "</system-out>\n";
  }
  for (size_t k = 0; k < c->tensor_count; k++) {
    gchk_row row = {.owner = c, .tensor = &c->tensors[k]};
    if (!is_undecided(&row))
      continue;
    gchk_text_put(w->out, before);
    put_block(w, &row);
    before = "";
    after = "</system-out>\n";
  }
  gchk_text_put(w->out, after);
}

static void put_suite(const writer *w, const gchk_case_result *c) {
  counts all = count_case(w, c);
  gchk_text_put(w->out, "  <testsuite");
  put_attribute(w->out, "name", c->name);
  put_count_attributes(w->out, &all);
  put_time(w->out, c->wall_s);
  gchk_text_put(w->out, ">\n");
  gchk_row row = {.owner = c};
  double seconds = c->wall_s / (double)all.tests;
  if (has_own_test(c))
    put_test(w, &row, seconds);
  for (size_t k = 0; k < c->tensor_count; k++) {
    row.tensor = &c->tensors[k];
    put_test(w, &row, seconds);
  }
  put_remarks(w, c);
  gchk_text_put(w->out, "  </testsuite>\n");
}

/* Regressions are failures of a suite of their own: a gate that reads only this file must see them. */
static void put_baseline(const gchk_baseline_result *baseline, gchk_text *out) {
  counts all = {.tests = baseline->regression_count, .failures = baseline->regression_count};
  gchk_text_put(out, "  <testsuite name=\"baseline\"");
  put_count_attributes(out, &all);
  gchk_text_put(out, " time=\"0.000\">\n");
  for (size_t i = 0; i < baseline->change_count; i++) {
    const gchk_change *change = &baseline->changes[i];
    if (!change->is_regression)
      continue;
    gchk_text class_name = {0}, message = {0};
    gchk_text_format(&class_name, "baseline.%s", *change->case_name ? change->case_name : "run");
    gchk_put_change(&message, change);
    gchk_text_put(out, "    <testcase");
    put_attribute(out, "name", *change->tensor ? change->tensor : "case");
    put_attribute(out, "classname", class_name.failed ? "baseline" : class_name.data);
    gchk_text_put(out, " time=\"0.000\">\n      <failure type=\"regression\"");
    put_attribute(out, "message", message.failed ? "" : message.data);
    gchk_text_put(out, "/>\n    </testcase>\n");
    out->failed = out->failed || class_name.failed || message.failed;
    gchk_text_deinit(&class_name);
    gchk_text_deinit(&message);
  }
  gchk_text_put(out, "  </testsuite>\n");
}

static bool is_stopped(const gchk_result *result) {
  return result->stopped_by != NULL && result->unwritten == NULL;
}

/* An interruption is an error: what had been checked may all have passed. After a first failure the rest is skipped. */
static void put_interruption(const gchk_result *result, gchk_text *out) {
  const bool is_skipped = is_stopped(result);
  const counts all = {.tests = 1, .errors = !is_skipped, .skipped = is_skipped};
  gchk_text message = {0};
  gchk_put_interruption(&message, result);
  gchk_text_put(out, "  <testsuite name=\"run\"");
  put_count_attributes(out, &all);
  gchk_text_put(out, " time=\"0.000\">\n    <testcase name=\"run\" classname=\"gradcheck.run\" time=\"0.000\">\n"
                     "      <");
  gchk_text_put(out, is_skipped                  ? "skipped"
                     : result->unwritten != NULL ? "error type=\"unwritten\""
                                                 : "error type=\"interrupted\"");
  put_attribute(out, "message", message.failed ? "" : message.data);
  gchk_text_put(out, "/>\n    </testcase>\n  </testsuite>\n");
  out->failed = out->failed || message.failed;
  gchk_text_deinit(&message);
}

static void put_report(const writer *w) {
  const gchk_result *result = w->result;
  gchk_text *out = w->out;
  counts all = {0};
  for (size_t i = 0; i < result->case_count; i++) {
    counts one = count_case(w, &result->cases[i]);
    all.tests += one.tests;
    all.failures += one.failures;
    all.errors += one.errors;
    all.skipped += one.skipped;
  }
  size_t regressions = result->baseline.file != NULL ? result->baseline.regression_count : 0;
  all.tests += regressions;
  all.failures += regressions;
  all.tests += !result->complete;
  all.errors += !result->complete && !is_stopped(result);
  gchk_text_put(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites");
  put_attribute(out, "name", *result->title ? result->title : "gradcheck");
  gchk_text_format(out, " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\"", all.tests, all.failures, all.errors);
  put_time(out, result->wall_s);
  gchk_text_put(out, ">\n");
  for (size_t i = 0; i < result->case_count; i++)
    put_suite(w, &result->cases[i]);
  if (regressions > 0)
    put_baseline(&result->baseline, out);
  if (!result->complete)
    put_interruption(result, out);
  gchk_text_put(out, "</testsuites>\n");
}

void gchk_junit_report(const gchk_result *result, const gchk_report_options *options, gchk_text *out) {
  gchk_cause_index causes;
  const writer w = {
      .result = result, .strict = (options && options->strict) || result->config.strict, .causes = &causes, .out = out};
  if (gchk_cause_index_init(&causes, result))
    put_report(&w);
  else
    out->failed = true;
  gchk_cause_index_deinit(&causes);
}
