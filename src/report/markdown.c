/*
 * Markdown for step summaries and comments: the verdict, the causes, at most 20 failing rows, the rest folded, and all
 * of it below the size that such places take. What does not fit is counted, not cut.
 */
#include "report/markdown.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "report/change_words.h"
#include "report/rerun.h"
#include "report/screened_words.h"
#include "report/sentence.h"
#include "report/suppressed_rows.h"
#include "report/text_problems.h"
#include "report/undecided_text.h"
#include "report/words.h"

enum { FAILING_ROWS = 20, TAIL_BYTES = 6000, LISTS_END = 20000, NAME_COLUMNS = 200 };

static void put_name(gchk_text *out, const char *name) {
  char start[NAME_COLUMNS + 1]; // somebody's endless name must not take the room of the rest
  size_t length = strlen(name);
  if (length > NAME_COLUMNS) {
    length = NAME_COLUMNS;
    while (length > 0 && ((unsigned char)name[length] & 0xc0) == 0x80)
      length--;
  }
  memcpy(start, name, length);
  start[length] = '\0';
  gchk_text_visible(out, start, GCHK_MARKUP_MARKDOWN);
  gchk_text_put(out, name[length] ? "…" : "");
}

static void put_cell_real(gchk_text *out, double x, bool is_there) {
  gchk_text_put(out, " | ");
  if (!is_there)
    gchk_text_put(out, "–");
  else
    gchk_text_real(out, 'g', 3, x);
}

static void put_where(gchk_text *out, const gchk_case_result *c) {
  gchk_text_put(out, " | ");
  if (!*c->file)
    return;
  put_name(out, c->file);
  if (c->line > 0)
    gchk_text_format(out, ":%d", c->line);
}

/* The finding that says most, else the reason, else what the counts say. */
static void put_what(gchk_text *out, const gchk_row *row) {
  const gchk_tensor_result *t = row->tensor;
  const gchk_finding *findings = t != NULL ? t->findings : row->owner->findings;
  size_t count = t != NULL ? t->finding_count : row->owner->finding_count;
  gchk_text_put(out, " | ");
  for (size_t i = 0; i < count; i++)
    if (!findings[i].is_note) {
      put_name(out, findings[i].code);
      gchk_text_put(out, ": ");
      put_name(out, findings[i].text);
      return;
    }
  const char *reason = t != NULL ? t->reason : row->owner->reason;
  if (*reason)
    put_name(out, reason);
  else if (t != NULL) {
    gchk_text remarks = {0};
    gchk_put_remarks(&remarks, row);
    put_name(out, remarks.length ? remarks.data : "");
    gchk_text_deinit(&remarks);
  }
}

static void put_failing_row(gchk_text *out, const gchk_row *row) {
  const gchk_tensor_result *t = row->tensor;
  gchk_text_format(out, "| **%s** | ", gchk_verdict_word(gchk_row_verdict(row)));
  put_name(out, row->owner->name);
  gchk_text_put(out, " | ");
  put_name(out, t ? t->name : "–");
  gchk_text_put(out, " | ");
  if (t != NULL) {
    gchk_text_grouped(out, t->elements.fail);
    gchk_text_put(out, " of ");
    gchk_text_grouped(out, t->checked);
  }
  put_cell_real(out, t ? t->mean_abs_diff : 0, t && t->checked > 0);
  put_cell_real(out, t ? gchk_row_bound(t) : 0, t && t->checked > 0);
  put_what(out, row);
  put_where(out, row->owner);
  gchk_text_put(out, " |\n");
}

/* Appends `piece` when what is still to come fits after it. */
static bool append(gchk_text *out, const gchk_text *piece, size_t room) {
  out->failed = out->failed || piece->failed;
  if (out->failed || out->length + piece->length + room > GCHK_MARKDOWN_BYTES)
    return false;
  gchk_text_write(out, piece->data ? piece->data : "", piece->length);
  return true;
}

/* "- **zero-gradient** lstm: x, h, W; 5 of 5 cases: the gradient is ... (mine.c:12); again: ..." */
static void put_cause(const gchk_result *result, const gchk_cause *cause, gchk_text *out) {
  const gchk_row row = gchk_shown_row(result, cause);
  const gchk_case_result *c = row.owner;
  gchk_text rerun = {0};
  gchk_text_put(out, "- **");
  put_name(out, *cause->finding.code ? cause->finding.code : gchk_verdict_name(cause->verdict));
  gchk_text_put(out, "** ");
  put_name(out, cause->layer);
  gchk_text_put(out, *cause->where ? ": " : "");
  put_name(out, cause->where);
  gchk_text_put(out, ": ");
  put_name(out, cause->finding.text);
  if (*c->file && c->line > 0) {
    gchk_text_put(out, " (");
    put_name(out, c->file);
    gchk_text_format(out, ":%d)", c->line);
  }
  gchk_put_rerun(&rerun, result, &row);
  gchk_text_put(out, "; again: ");
  put_name(out, rerun.length ? rerun.data : "");
  gchk_text_put(out, "\n");
  out->failed = out->failed || rerun.failed;
  gchk_text_deinit(&rerun);
}

static void put_causes(const gchk_result *result, gchk_text *out) {
  if (result->cause_count == 0)
    return;
  size_t shown = 0;
  for (bool fits = true; fits && shown < result->cause_count && shown < FAILING_ROWS;) {
    gchk_text row = {0};
    put_cause(result, &result->causes[shown], &row);
    fits = append(out, &row, GCHK_MARKDOWN_BYTES - LISTS_END / 2);
    shown += fits;
    gchk_text_deinit(&row);
  }
  if (result->cause_count > shown)
    gchk_text_format(out, "- … and %zu more causes\n", result->cause_count - shown);
  gchk_text_put(out, "\n");
}

static void put_failing(const gchk_row_list *problems, gchk_text *out) {
  if (problems->count == 0)
    return;
  gchk_text_put(out, "| verdict | case | tensor | wrong elements | mean difference | bound | what | where |\n"
                     "|---|---|---|--:|--:|--:|---|---|\n");
  size_t shown = 0;
  for (bool fits = true; fits && shown < problems->count && shown < FAILING_ROWS;) {
    gchk_text row = {0};
    put_failing_row(&row, &problems->rows[shown]);
    fits = append(out, &row, GCHK_MARKDOWN_BYTES - LISTS_END);
    shown += fits;
    gchk_text_deinit(&row);
  }
  if (problems->count > shown)
    gchk_text_format(out, "\n… and %zu more.\n", problems->count - shown);
  gchk_text_put(out, "\n");
}

static void put_change_row(gchk_text *out, const gchk_change *change) {
  gchk_text words = {0};
  gchk_put_change(&words, change);
  gchk_text_put(out, change->is_regression ? "- **regression** " : "- ");
  put_name(out, change->case_name);
  gchk_text_put(out, *change->tensor ? " " : "");
  put_name(out, change->tensor);
  gchk_text_put(out, *change->case_name ? ": " : "");
  put_name(out, words.length ? words.data : "");
  gchk_text_put(out, "\n");
  gchk_text_deinit(&words);
}

static void put_changes(const gchk_baseline_result *baseline, gchk_text *out) {
  if (baseline->file == NULL)
    return;
  gchk_text_put(out, "**Against the baseline** ");
  put_name(out, baseline->file);
  gchk_text_format(out, ": %zu change%s, %zu regression%s\n\n", baseline->change_count,
                   baseline->change_count == 1 ? "" : "s", baseline->regression_count,
                   baseline->regression_count == 1 ? "" : "s");
  size_t shown = 0;
  for (bool fits = true; fits && shown < baseline->change_count && shown < FAILING_ROWS;) {
    gchk_text row = {0};
    put_change_row(&row, &baseline->changes[shown]);
    fits = append(out, &row, GCHK_MARKDOWN_BYTES - LISTS_END - LISTS_END / 2);
    shown += fits;
    gchk_text_deinit(&row);
  }
  if (baseline->change_count > shown)
    gchk_text_format(out, "- … and %zu more\n", baseline->change_count - shown);
  gchk_text_put(out, "\n");
}

static void put_suppressed(const gchk_result *result, gchk_text *out) {
  gchk_suppressed_list list;
  if (!gchk_list_suppressed(result, &list)) {
    out->failed = true;
    return;
  }
  size_t shown = 0;
  gchk_text_put(out, list.count > 0 ? "**Suppressed**\n\n" : "");
  for (bool fits = true; fits && shown < list.count;) {
    gchk_text words = {0}, row = {0};
    gchk_put_suppressed(&words, &list.rows[shown]);
    gchk_text_put(&row, gchk_suppressed_is_due(&list.rows[shown]) ? "- **no more** " : "- ");
    put_name(&row, list.rows[shown].owner->layer);
    gchk_text_put(&row, " ");
    put_name(&row, words.length > 0 ? words.data : "");
    gchk_text_put(&row, "\n");
    fits = append(out, &row, GCHK_MARKDOWN_BYTES - LISTS_END - LISTS_END / 2);
    shown += fits;
    gchk_text_deinit(&words);
    gchk_text_deinit(&row);
  }
  if (list.count > shown)
    gchk_text_format(out, "- … and %zu more\n", list.count - shown);
  gchk_text_put(out, list.count > 0 ? "\n" : "");
  free(list.rows);
}

static bool has_truth(const gchk_row_list *all) {
  for (size_t i = 0; i < all->count; i++)
    if (all->rows[i].tensor->reference.present)
      return true;
  return false;
}

static void put_tensor_row(gchk_text *out, const gchk_row *row, bool with_truth) {
  const gchk_tensor_result *t = row->tensor;
  gchk_text_format(out, "| %s | ", gchk_row_word(row));
  put_name(out, row->owner->name);
  gchk_text_put(out, " | ");
  put_name(out, t->name);
  gchk_text_put(out, " | ");
  gchk_put_shape(out, &t->shape);
  gchk_text_format(out, " | %zu/%zu", t->checked, t->total);
  put_cell_real(out, t->mean_abs_diff, t->checked > 0);
  put_cell_real(out, t->max_abs_diff, t->checked > 0);
  put_cell_real(out, gchk_row_bound(t), t->checked > 0);
  put_cell_real(out, t->threshold, !isnan(t->threshold));
  if (with_truth) {
    gchk_text truth = {0};
    gchk_put_true_error(&truth, t);
    gchk_text_format(out, " | %s", truth.length ? truth.data : "–");
    out->failed = out->failed || truth.failed;
    gchk_text_deinit(&truth);
  }
  gchk_text remarks = {0};
  gchk_put_remarks(&remarks, row);
  gchk_text_put(out, " | ");
  put_name(out, remarks.length ? remarks.data : "");
  gchk_text_deinit(&remarks);
  gchk_text_put(out, " |\n");
}

static void put_all_tensors(const gchk_result *result, gchk_text *out) {
  gchk_row_list all;
  if (!gchk_list_rows(result, true, &all)) {
    out->failed = true;
    return;
  }
  gchk_text_format(out, "<details><summary>All tensors (%zu), worst first</summary>\n\n", all.count);
  const bool with_truth = has_truth(&all);
  gchk_text_format(out,
                   "| verdict | case | tensor | shape | checked | mean | max | bound | threshold | %sremarks |\n"
                   "|---|---|---|---|--:|--:|--:|--:|--:|%s---|\n",
                   with_truth ? "true error | " : "", with_truth ? "--:|" : "");
  size_t shown = 0;
  for (bool fits = true; fits && shown < all.count;) {
    gchk_text row = {0};
    put_tensor_row(&row, &all.rows[shown], with_truth);
    fits = append(out, &row, TAIL_BYTES);
    shown += fits;
    gchk_text_deinit(&row);
  }
  if (shown < all.count)
    gchk_text_format(out, "\n… and %zu more, none worse than these.\n", all.count - shown);
  gchk_text_put(out, "\n</details>\n\n");
  free(all.rows);
}

static void put_lines(gchk_text *out, const char *lines) {
  for (const char *line = lines; line && *line;) {
    size_t length = strcspn(line, "\n");
    char *copy = malloc(length + 1);
    if (copy == NULL) {
      out->failed = true;
      return;
    }
    memcpy(copy, line, length);
    copy[length] = '\0';
    gchk_text_visible(out, copy, GCHK_MARKUP_MARKDOWN);
    gchk_text_put(out, "\n");
    free(copy);
    line += length + (line[length] == '\n');
  }
}

static void put_blocks(const gchk_result *result, const gchk_row_list *problems, gchk_text *out) {
  if (problems->count == 0)
    return;
  gchk_text_put(out, "<details><summary>Failing elements and what they look like</summary>\n\n<pre>\n");
  size_t shown = 0;
  for (bool fits = true; fits && shown < problems->count;) {
    gchk_text block = {0}, escaped = {0};
    gchk_text_problem(result, &problems->rows[shown], &block);
    put_lines(&escaped, block.data);
    fits = append(out, &escaped, GCHK_MARKDOWN_BYTES / 2); // half of the room is for the table of all tensors
    shown += fits;
    gchk_text_deinit(&block);
    gchk_text_deinit(&escaped);
  }
  if (shown < problems->count)
    gchk_text_format(out, "... %zu more\n", problems->count - shown);
  gchk_text_put(out, "</pre>\n</details>\n\n");
}

static void put_undecided(const gchk_result *result, gchk_text *out) {
  gchk_row_list list;
  if (!gchk_list_undecided(result, &list)) {
    out->failed = true;
    return;
  }
  size_t shown = 0;
  if (list.count > 0)
    gchk_text_put(out, "<details><summary>Undecided elements</summary>\n\n<pre>\n");
  for (bool fits = true; fits && shown < list.count;) {
    gchk_text block = {0}, escaped = {0};
    gchk_text_undecided(result, &list.rows[shown], SIZE_MAX, &block);
    put_lines(&escaped, block.data);
    fits = append(out, &escaped, GCHK_MARKDOWN_BYTES / 4);
    shown += fits;
    gchk_text_deinit(&block);
    gchk_text_deinit(&escaped);
  }
  if (shown < list.count)
    gchk_text_format(out, "... of %zu more tensors\n", list.count - shown);
  if (list.count > 0)
    gchk_text_put(out, "</pre>\n</details>\n\n");
  free(list.rows);
}

void gchk_markdown_report(const gchk_result *result, gchk_text *out) {
  gchk_row_list problems;
  if (!gchk_list_problems(result, &problems)) {
    out->failed = true;
    return;
  }
  gchk_text settings = {0}, rerun = {0}, screened = {0};
  gchk_text_format(out, "## gradcheck: %s", gchk_verdict_word(result->verdict));
  if (*result->title) {
    gchk_text_put(out, " · ");
    put_name(out, result->title);
  }
  gchk_text_put(out, "\n\n");
  gchk_put_sentence(out, result);
  gchk_text_put(out, "\n\n");
  gchk_put_counts(out, &result->summary);
  gchk_text_put(out, "\n\n");
  gchk_put_screened(&screened, result);
  if (screened.length > 0)
    gchk_text_put(&screened, " ");
  gchk_put_sampled(&screened, result);
  if (screened.length > 0) {
    put_name(out, screened.data);
    gchk_text_put(out, "\n\n");
  }
  put_causes(result, out);
  put_failing(&problems, out);
  put_changes(&result->baseline, out);
  put_suppressed(result, out);
  put_blocks(result, &problems, out);
  put_undecided(result, out);
  put_all_tensors(result, out);
  gchk_put_settings(&settings, result);
  gchk_text_put(out, "<sub>gradcheck ");
  put_name(out, result->tool_version);
  gchk_text_put(out, " · ");
  put_name(out, settings.length ? settings.data : "");
  gchk_put_rerun_all(&rerun, result);
  if (rerun.length > 0) {
    gchk_text_put(out, " · again: ");
    put_name(out, rerun.data);
  }
  gchk_text_put(out, "</sub>\n");
  out->failed = out->failed || screened.failed;
  gchk_text_deinit(&screened);
  gchk_text_deinit(&settings);
  gchk_text_deinit(&rerun);
  free(problems.rows);
}
