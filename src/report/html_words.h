/* What many sections of the HTML pages write: names, numbers, badges, places and findings. */
#ifndef GCHK_REPORT_HTML_WORDS_H
#define GCHK_REPORT_HTML_WORDS_H

#include "core/text.h"
#include "report/result_rows.h"

void gchk_html_name(gchk_text *out, const char *name);           /* visible and escaped */
void gchk_html_verdict(gchk_text *out, gchk_verdict verdict);    /* a badge with the word in it */
void gchk_html_row_verdict(gchk_text *out, const gchk_row *row); /* likewise; "xfail" where it was expected to fail */
void gchk_html_words(gchk_text *out, const char *words);         /* escaped, without line breaks within numbers */
void gchk_html_number(gchk_text *out, double x);                 /* a right-aligned cell, "–" for NaN */
void gchk_html_findings(gchk_text *out, const gchk_finding *findings, size_t count);
void gchk_html_location(gchk_text *out, const gchk_case_result *c); /* "layers/affine.c:88" in code, or nothing */

#endif
