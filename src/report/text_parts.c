/* What the text report's table and its blocks share. */
#include "report/text_parts.h"

#include <string.h>

#include "core/wrap.h"
#include "report/text_fold.h"

enum { LABEL_WIDTH = 16 };

void gchk_text_put_name(gchk_text *out, const char *text) {
  gchk_text_visible(out, text, GCHK_MARKUP_PLAIN);
}

size_t gchk_text_last_columns(const gchk_text *out) {
  size_t start = out->length;
  while (start > 0 && out->data[start - 1] != '\n')
    start--;
  return out->length > 0 ? gchk_text_columns(out->data + start, out->length - start) : 0;
}

void gchk_text_put_short(gchk_text *out, const char *text) {
  static const char more[] = " ...";
  gchk_text shown = {0};
  gchk_text_put_name(&shown, text);
  const char *data = shown.length > 0 ? shown.data : "";
  const size_t used = gchk_text_last_columns(out);
  size_t length = shown.length;
  while (length > 0 &&
         used + gchk_text_columns(data, length) + (length < shown.length ? sizeof more - 1 : 0) > GCHK_TEXT_COLUMNS) {
    do
      length--;
    while (length > 0 && data[length] != ' ');
  }
  gchk_text_write(out, data, length);
  gchk_text_put(out, length < shown.length ? more : "");
  out->failed = out->failed || shown.failed;
  gchk_text_deinit(&shown);
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

void gchk_text_put_command(const gchk_text_writer *w, const char *label, gchk_text *command) {
  gchk_text shown = {0};
  gchk_text_put_name(&shown, command->length > 0 ? command->data : "");
  gchk_text_put_label(w, label);
  gchk_text_fold_command(shown.length > 0 ? shown.data : "", GCHK_LABELLED_COLUMN, w->out);
  gchk_text_put(w->out, "\n");
  w->out->failed = w->out->failed || command->failed || shown.failed;
  gchk_text_deinit(&shown);
  gchk_text_deinit(command);
}

static void put_evidence(const gchk_text_writer *w, const gchk_finding *finding) {
  gchk_text_put_label(w, "");
  for (size_t e = 0; e < finding->evidence_count; e++) {
    const gchk_evidence *evidence = &finding->evidence[e];
    gchk_text_put(w->out, e ? ", " : "");
    gchk_text_put_name(w->out, evidence->key);
    gchk_text_put(w->out, " = ");
    if (evidence->text != NULL)
      gchk_text_put_name(w->out, evidence->text);
    else
      gchk_text_real(w->out, 'g', 6, evidence->number);
  }
  gchk_text_put(w->out, "\n");
}

void gchk_text_put_finding_short(const gchk_text_writer *w, const gchk_finding *finding, const char *whose) {
  gchk_text sentence = {0};
  gchk_text_format(&sentence, "%s%s%s", whose, *whose ? ": " : "", finding->text);
  gchk_text_put_label(w, finding->code);
  gchk_text_put_short(w->out, sentence.length > 0 ? sentence.data : "");
  gchk_text_put(w->out, "\n");
  w->out->failed = w->out->failed || sentence.failed;
  gchk_text_deinit(&sentence);
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
