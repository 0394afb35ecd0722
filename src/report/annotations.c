/* The annotations that GitHub Actions shows beside the code: workflow commands on standard output. */
#include "report/annotations.h"

#include <stdlib.h>

#include "gradcheck/report.h"
#include "report/change_words.h"
#include "report/rerun.h"
#include "report/save.h"
#include "report/sentence.h"
#include "report/suppressed_rows.h"
#include "report/undecided_text.h"
#include "report/words.h"

enum { MAX_ANNOTATIONS = 9 };

/* Workflow commands: % and line ends as %XX, in properties : and , too. */
static void put_command_text(gchk_text *out, const char *text, bool is_property) {
  gchk_text visible = {0};
  gchk_text_visible(&visible, text, GCHK_MARKUP_PLAIN);
  for (const char *c = visible.data; c && *c; c++) {
    if (*c == '%' || (is_property && (*c == ':' || *c == ',')))
      gchk_text_format(out, "%%%02X", (unsigned)(unsigned char)*c);
    else
      gchk_text_write(out, c, 1);
  }
  out->failed = out->failed || visible.failed;
  gchk_text_deinit(&visible);
}

static void put_annotation(gchk_text *out, const char *level, const char *file, int line, const char *title,
                           const char *message) {
  gchk_text_format(out, "::%s ", level);
  if (*file) {
    gchk_text_put(out, "file=");
    put_command_text(out, file, true);
    if (line > 0)
      gchk_text_format(out, ",line=%d", line);
    gchk_text_put(out, ",");
  }
  gchk_text_put(out, "title=");
  put_command_text(out, title, true);
  gchk_text_put(out, "::");
  put_command_text(out, message, false);
  gchk_text_put(out, "\n");
}

/* One mistake, however many tensors it makes wrong: beside the code of the one that shows it best. */
static void annotate_cause(const gchk_result *result, const gchk_cause *cause, gchk_text *out) {
  const gchk_row row = gchk_shown_row(result, cause);
  const gchk_tensor_result *t = row.tensor;
  const char *name = t != NULL ? t->name : "", *space = t != NULL ? " " : "";
  gchk_text title = {0}, message = {0};
  gchk_text_format(&title, "gradcheck %s: ", gchk_verdict_name(cause->verdict));
  if (cause->member_count == 1) {
    gchk_text_format(&title, "%s%s%s", row.owner->name, space, name);
  } else {
    gchk_text_format(&title, "%s: %s", cause->layer, *cause->where ? cause->where : cause->finding.code);
    gchk_text_format(&message, "%s%s%s: ", row.owner->name, space, name);
  }
  if (t != NULL && t->elements.fail > 0) {
    gchk_text_grouped(&message, t->elements.fail);
    gchk_text_put(&message, " of ");
    gchk_text_grouped(&message, t->checked);
    gchk_text_put(&message, " elements are wrong. ");
  }
  const char *reason = t != NULL ? t->reason : row.owner->reason;
  gchk_text_format(&message, "%s%s", reason, *reason ? ". " : "");
  if (*cause->finding.code)
    gchk_text_format(&message, "%s: %s. ", cause->finding.code, cause->finding.text);
  gchk_text_put(&message, "Again: ");
  gchk_put_rerun(&message, result, &row);
  if (title.failed || message.failed)
    out->failed = true;
  else
    put_annotation(out, "error", row.owner->file, row.owner->line, title.data, message.data);
  gchk_text_deinit(&title);
  gchk_text_deinit(&message);
}

/* Undecided elements: a warning where they leave the tensor inconclusive, else a notice. */
static void annotate_undecided(const gchk_result *result, const gchk_row *row, gchk_text *out) {
  const gchk_tensor_result *t = row->tensor;
  gchk_text title = {0}, message = {0};
  gchk_text_format(&title, "gradcheck undecided: %s %s", row->owner->name, t->name);
  gchk_put_undecided_sentence(&message, t);
  gchk_text_put(&message, ". ");
  if (t->undecided.listed_count > 0) {
    const gchk_doubt_doc *doc = gchk_doubt_find(t->undecided.listed[0].doubt);
    if (*doc->meaning)
      gchk_text_format(&message, "%s: %s. ", doc->meaning, gchk_doubt_remedy(doc->doubt, t->undecided.lacks_twin));
    gchk_text_put(&message, "Again: ");
    gchk_put_explain(&message, result, row, t->undecided.listed[0].flat);
  }
  if (title.failed || message.failed)
    out->failed = true;
  else
    put_annotation(out, t->undecided.is_tolerated ? "notice" : "warning", row->owner->file, row->owner->line,
                   title.data, message.data);
  gchk_text_deinit(&title);
  gchk_text_deinit(&message);
}

static void put_undecided(const gchk_result *result, size_t room, gchk_text *out) {
  gchk_row_list list;
  if (!gchk_list_undecided(result, &list)) {
    out->failed = true;
    return;
  }
  for (size_t i = 0; i < list.count && i < room; i++)
    annotate_undecided(result, &list.rows[i], out);
  if (list.count > room)
    gchk_text_format(out,
                     "::notice title=gradcheck::%zu more tensors have undecided elements; the whole report has "
                     "them\n",
                     list.count - room);
  free(list.rows);
}

/* What is known and left: a warning where it is to be seen to, else a notice. */
static void put_suppressed(const gchk_result *result, size_t room, gchk_text *out) {
  gchk_suppressed_list list;
  if (!gchk_list_suppressed(result, &list)) {
    out->failed = true;
    return;
  }
  for (size_t i = 0; i < list.count && i < room; i++) {
    const gchk_suppressed *row = &list.rows[i];
    gchk_text title = {0}, message = {0};
    gchk_text_format(&title, "gradcheck suppressed: %s", row->owner->layer);
    gchk_put_suppressed(&message, row);
    if (title.failed || message.failed)
      out->failed = true;
    else
      put_annotation(out, gchk_suppressed_is_due(row) ? "warning" : "notice", row->owner->file, row->owner->line,
                     title.data, message.data);
    gchk_text_deinit(&title);
    gchk_text_deinit(&message);
  }
  if (list.count > room)
    gchk_text_format(out, "::notice title=gradcheck::%zu more suppressions; the whole report has them\n",
                     list.count - room);
  free(list.rows);
}

static void annotate_interruption(const gchk_result *result, gchk_text *out) {
  gchk_text message = {0};
  gchk_put_interruption(&message, result);
  if (message.failed)
    out->failed = true;
  else
    put_annotation(out, "error", "", 0,
                   result->unwritten != NULL    ? "gradcheck could not write"
                   : result->stopped_by != NULL ? "gradcheck ended early"
                                                : "gradcheck interrupted",
                   message.data);
  gchk_text_deinit(&message);
}

void gchk_github_annotations(const gchk_result *result, gchk_text *out) {
  size_t shown = !result->complete, total = shown + result->cause_count + result->baseline.regression_count;
  if (!result->complete)
    annotate_interruption(result, out);
  for (size_t i = 0; i < result->cause_count && shown < MAX_ANNOTATIONS; i++, shown++)
    annotate_cause(result, &result->causes[i], out);
  for (size_t i = 0; i < result->baseline.change_count && shown < MAX_ANNOTATIONS; i++) {
    const gchk_change *change = &result->baseline.changes[i];
    if (!change->is_regression)
      continue;
    gchk_text title = {0}, message = {0};
    gchk_text_format(&title, "gradcheck regression: %s %s", change->case_name, change->tensor);
    gchk_put_change(&message, change);
    if (title.failed || message.failed)
      out->failed = true;
    else
      put_annotation(out, "error", "", 0, title.data, message.data);
    gchk_text_deinit(&title);
    gchk_text_deinit(&message);
    shown++;
  }
  if (total > shown)
    gchk_text_format(out, "::error title=gradcheck::%zu more; the whole report has them\n", total - shown);
  put_undecided(result, MAX_ANNOTATIONS - shown, out);
  put_suppressed(result, MAX_ANNOTATIONS - shown, out);
}

gchk_status gchk_annotations_write(const gchk_result *result, FILE *out, gchk_error *error) {
  gchk_text text = {0};
  gchk_github_annotations(result, &text);
  return gchk_write_text(out, "annotations", &text, error);
}
