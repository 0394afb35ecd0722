/* What the blocks of text for terminals are made of: names, words in colour, labels and findings. */
#ifndef GCHK_REPORT_TEXT_PARTS_H
#define GCHK_REPORT_TEXT_PARTS_H

#include "core/text.h"
#include "gradcheck/report.h"

typedef struct gchk_text_writer {
  const gchk_result *result;
  gchk_report_options options;
  gchk_text *out;
  int word_width, tensor_width, shape_width, count_width;
} gchk_text_writer;

void gchk_text_put_name(gchk_text *out, const char *text); /* visible, without markup */

/* Likewise, up to the last column of the line, with "..." where words are left out. */
void gchk_text_put_short(gchk_text *out, const char *text);

size_t gchk_text_last_columns(const gchk_text *out); /* of the last line, as far as it is written */

/* A verdict's word, padded after the colour ends so that columns hold. */
void gchk_text_put_word(const gchk_text_writer *w, const char *word, gchk_verdict verdict, int width);
void gchk_text_put_label(const gchk_text_writer *w, const char *label); /* what a line of a block begins with */

/* A command line with its label, in lines that can be copied as they stand; the text is emptied. */
void gchk_text_put_command(const gchk_text_writer *w, const char *label, gchk_text *command);

/* `whose` is put before the sentence, unless it is "". */
void gchk_text_put_finding(const gchk_text_writer *w, const gchk_finding *finding, const char *whose);
void gchk_text_put_finding_short(const gchk_text_writer *w, const gchk_finding *finding,
                                 const char *whose); /* a line */
void gchk_text_put_findings(const gchk_text_writer *w, const gchk_finding *findings, size_t count, bool notes);

#endif
