/* What many sections of the HTML pages write: names, numbers, badges, places and findings. */
#include "report/html_words.h"

#include <math.h>
#include <string.h>

#include "report/words.h"

void gchk_html_name(gchk_text *out, const char *name) {
  gchk_text_visible(out, name, GCHK_MARKUP_XML);
}

void gchk_html_path(gchk_text *out, const char *name) {
  gchk_text escaped = {0};
  gchk_html_name(&escaped, name);
  for (const char *c = escaped.data; c && *c; c++) {
    gchk_text_write(out, c, 1);
    if (*c == '/')
      gchk_text_put(out, "<wbr>");
  }
  out->failed = out->failed || escaped.failed;
  gchk_text_deinit(&escaped);
}

void gchk_html_verdict(gchk_text *out, gchk_verdict verdict) {
  gchk_text_format(out, "<span class=\"v %s\">%s</span>", gchk_verdict_name(verdict), gchk_verdict_name(verdict));
}

void gchk_html_row_verdict(gchk_text *out, const gchk_row *row) {
  if (strcmp(gchk_row_word(row), "XFAIL") == 0)
    gchk_text_put(out, "<span class=\"v xfail\">xfail</span>");
  else
    gchk_html_verdict(out, gchk_row_verdict(row));
}

void gchk_html_words(gchk_text *out, const char *words) {
  gchk_text escaped = {0};
  gchk_html_name(&escaped, words);
  for (const char *c = escaped.data; c && *c; c++) {
    gchk_text_write(out, c, 1);
    if (*c == '-' && c > escaped.data && c[-1] == 'e')
      gchk_text_put(out, "\xe2\x81\xa0"); // a word joiner, or lines would break within 1e-06
  }
  out->failed = out->failed || escaped.failed;
  gchk_text_deinit(&escaped);
}

void gchk_html_doc(gchk_text *out, const char *sentence) {
  bool is_command = false;
  for (const char *at = sentence; *at != '\0'; is_command = !is_command) {
    gchk_text piece = {0};
    const size_t length = strcspn(at, "`");
    gchk_text_write(&piece, at, length);
    gchk_text_put(out, is_command ? "<code>" : "");
    gchk_html_take(out, &piece);
    gchk_text_put(out, is_command ? "</code>" : "");
    at += length + (at[length] == '`');
  }
}

void gchk_html_take(gchk_text *out, gchk_text *raw) {
  gchk_html_words(out, raw->length > 0 ? raw->data : "");
  out->failed = out->failed || raw->failed;
  gchk_text_deinit(raw);
}

void gchk_html_command(gchk_text *out, gchk_text *command) {
  if (command->length > 0) {
    gchk_text_put(out, "<code class=\"command\">");
    gchk_html_name(out, command->data);
    gchk_text_put(out, "</code>\n");
  }
  out->failed = out->failed || command->failed;
  gchk_text_deinit(command);
}

void gchk_html_heads(gchk_text *out, const char *const *heads, size_t count) {
  gchk_text_put(out, "<table><thead><tr>");
  for (size_t i = 0; i < count; i++) {
    const bool is_number = heads[i][0] == '>';
    gchk_text_format(out, "<th scope=\"col\"%s>%s</th>", is_number ? " class=\"n\"" : "", heads[i] + is_number);
  }
  gchk_text_put(out, "</tr></thead><tbody>\n");
}

void gchk_html_real(gchk_text *out, int digits, double x) {
  gchk_text number = {0};
  gchk_text_real(&number, 'g', digits, x);
  gchk_html_take(out, &number);
}

void gchk_html_put_number(gchk_text *out, double x) {
  if (isnan(x))
    gchk_text_put(out, "–");
  else if (x == 0)
    gchk_text_put(out, "0");
  else
    gchk_text_real(out, 'e', 2, x);
}

void gchk_html_number(gchk_text *out, double x) {
  gchk_text_put(out, "<td class=\"n\">");
  gchk_html_put_number(out, x);
  gchk_text_put(out, "</td>");
}

void gchk_html_location(gchk_text *out, const gchk_case_result *c) {
  if (!*c->file)
    return;
  gchk_text_put(out, "<code>");
  gchk_html_name(out, c->file);
  if (c->line > 0)
    gchk_text_format(out, ":%d", c->line);
  gchk_text_put(out, "</code>");
}

void gchk_html_findings(gchk_text *out, const gchk_finding *findings, size_t count) {
  for (size_t i = 0; i < count; i++) {
    gchk_text_format(out, "<div class=\"found%s\"><b>", findings[i].is_note ? " note" : "");
    gchk_html_name(out, findings[i].code);
    gchk_text_put(out, findings[i].is_note ? " (note)</b> " : "</b> ");
    gchk_html_name(out, findings[i].text);
    for (size_t e = 0; e < findings[i].evidence_count; e++) {
      const gchk_evidence *evidence = &findings[i].evidence[e];
      gchk_text_put(out, e ? ", " : "<small>");
      gchk_html_name(out, evidence->key);
      gchk_text_put(out, " = ");
      if (evidence->text != NULL)
        gchk_html_name(out, evidence->text);
      else
        gchk_text_real(out, 'g', 6, evidence->number);
    }
    gchk_text_put(out, findings[i].evidence_count ? "</small></div>\n" : "</div>\n");
  }
}
