/* What many sections of the HTML pages write: names, numbers, badges, places and findings. */
#ifndef GCHK_REPORT_HTML_WORDS_H
#define GCHK_REPORT_HTML_WORDS_H

#include "core/text.h"
#include "report/result_rows.h"

void gchk_html_name(gchk_text *out, const char *name);           /* visible and escaped */
void gchk_html_path(gchk_text *out, const char *name);           /* likewise; a line may break after a "/" */
void gchk_html_verdict(gchk_text *out, gchk_verdict verdict);    /* a badge with the word in it */
void gchk_html_row_verdict(gchk_text *out, const gchk_row *row); /* likewise; "xfail" where it was expected to fail */
void gchk_html_take(gchk_text *out, gchk_text *raw);             /* raw words as gchk_html_words; empties them */
void gchk_html_words(gchk_text *out, const char *words);         /* escaped, without line breaks within numbers */
void gchk_html_doc(gchk_text *out, const char *sentence);        /* one of our own, with `commands` as such */
void gchk_html_real(gchk_text *out, int digits, double x);       /* in a sentence; no line breaks within it */
void gchk_html_put_number(gchk_text *out, double x);             /* three digits, "–" for NaN */
void gchk_html_number(gchk_text *out, double x);                 /* a right-aligned cell, "–" for NaN */
void gchk_html_command(gchk_text *out, gchk_text *command);      /* in a box of its own, or nothing; empties it */
/* <table> to <tbody>; a head that starts with ">" is of a column of numbers. */
void gchk_html_heads(gchk_text *out, const char *const *heads, size_t count);
void gchk_html_findings(gchk_text *out, const gchk_finding *findings, size_t count);
void gchk_html_location(gchk_text *out, const gchk_case_result *c); /* "layers/affine.c:88" in code, or nothing */

#endif
