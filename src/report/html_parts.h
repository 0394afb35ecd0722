/* The parts of the HTML page that html.c puts together. */
#ifndef GCHK_REPORT_HTML_PARTS_H
#define GCHK_REPORT_HTML_PARTS_H

#include "report/words.h"

void gchk_html_name(gchk_text *out, const char *name);           /* visible and escaped */
void gchk_html_verdict(gchk_text *out, gchk_verdict verdict);    /* a badge with the word in it */
void gchk_html_row_verdict(gchk_text *out, const gchk_row *row); /* likewise; "xfail" where it was expected to fail */
void gchk_html_words(gchk_text *out, const char *words);         /* escaped, without line breaks within numbers */
void gchk_html_number(gchk_text *out, double x);                 /* a right-aligned cell, "–" for NaN */
void gchk_html_findings(gchk_text *out, const gchk_finding *findings, size_t count);
void gchk_html_location(gchk_text *out, const gchk_case_result *c); /* "layers/affine.c:88" in code, or nothing */

void gchk_html_banner(const gchk_result *result, gchk_text *out);                                 /* section 1 */
void gchk_html_failures(const gchk_result *result, const gchk_row_list *tensors, gchk_text *out); /* 2 */
void gchk_html_baseline(const gchk_result *result, gchk_text *out);                               /* 3 */
void gchk_html_tensors(const gchk_row_list *tensors, gchk_text *out);                             /* 4 */
void gchk_html_figures(const gchk_result *result, const gchk_row_list *tensors, size_t budget,
                       gchk_text *out);                                                       /* 5-9 */
void gchk_html_rest(const gchk_result *result, const gchk_row_list *tensors, gchk_text *out); /* 10 */

#endif
