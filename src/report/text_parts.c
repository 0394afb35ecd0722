/* What the text report's table and its blocks share. */
#include "report/text_parts.h"

#include <string.h>

enum { LABEL_WIDTH = 16 };

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
    if (evidence->text != NULL)
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
