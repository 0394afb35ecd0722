/*
 * What the reports for people say alike: words, indices, figures.
 *
 * Everything is written plain and raw, as the result has it; a report makes names visible and escapes them for its
 * format when it puts them into its own text.
 */
#ifndef GCHK_REPORT_WORDS_H
#define GCHK_REPORT_WORDS_H

#include "core/text.h"
#include "report/result_rows.h"

const char *gchk_verdict_word(gchk_verdict verdict); /* "PASS" */
const char *gchk_row_word(const gchk_row *row);      /* likewise; "XFAIL" where it failed as it was expected to */

void gchk_put_shape(gchk_text *text, const gchk_shape *shape);              /* "784x50", "scalar" */
void gchk_put_index(gchk_text *text, const gchk_shape *shape, size_t flat); /* "[3,7]", "" for a scalar */
void gchk_put_number_of(gchk_text *text, uint64_t count, const char *what); /* "1 case", "1,234 cases" */
void gchk_put_counts(gchk_text *text,
                     const gchk_summary *summary); /* "24 cases: 22 pass, ... · 39,812 of ... elements" */
/*
 * Likewise, without what is remarkable about those that pass; shorter by what is said twice (1), and by zeros and by
 * what was not checked (2).
 */
void gchk_put_plain_counts(gchk_text *text, const gchk_summary *summary, int shorter);
void gchk_put_settings(gchk_text *text,
                       const gchk_result *result);    /* "24 cases · f64 · step auto · seed 0 · OpenBLAS ..." */
void gchk_put_percent(gchk_text *text, double share); /* "100 %", "99.9 %": never rounded up to 100 */

/*
 * "this run would catch a 0.1 % error in 100 % of W1", the smallest mistake that most elements would show; of a sample
 * "in 92 % of the 462 elements of W1 that were checked one by one"; "" if none.
 */
void gchk_put_sensitivity(gchk_text *text, const gchk_tensor_result *tensor);

/*
 * The same of the whole run: the smallest mistake that shows in every tensor, and the tensor in which it shows least;
 * where not every element was checked, of those that were.
 */
void gchk_put_run_sensitivity(gchk_text *text, const gchk_result *result);

/* "120 exact zeros, 3 flat (a slope of up to 1e-09 could hide), 5 unresolved", of those that passed; "" without any. */
void gchk_put_zeros(gchk_text *text, const gchk_tensor_result *tensor);

/* "3e-12, in 99.9 % within its bound": |numeric - reference| at the most; "" where no reference is known. */
void gchk_put_true_error(gchk_text *text, const gchk_tensor_result *tensor);

/*
 * What a tensor's line says beyond its figures: "10 bad", "2 kinks", "above its threshold 1e-07", a reason; of a sample
 * "sampled: 86.6 %", which gchk_put_sampled explains once.
 */
void gchk_put_remarks(gchk_text *text, const gchk_row *row);

#endif
