/*
 * What the reports for people say alike: names, indices, commands, and the sentence about the whole run.
 *
 * Everything is written plain and raw, as the result has it; a report makes names visible and escapes them for its
 * format when it puts them into its own text.
 */
#ifndef GCHK_REPORT_WORDS_H
#define GCHK_REPORT_WORDS_H

#include "core/text.h"
#include "gradcheck/report.h"

/* A tensor with the case that it belongs to; without a tensor, what is said is about the case as a whole. */
typedef struct gchk_row {
  const gchk_case_result *owner;
  const gchk_tensor_result *tensor;
  size_t order; /* of the tensor in the run */
} gchk_row;

typedef struct gchk_row_list {
  gchk_row *rows;
  size_t count;
} gchk_row_list;

/* All tensors of the result, worst first (or in the order of the run). False when out of memory. */
bool gchk_list_rows(const gchk_result *result, bool worst_first, gchk_row_list *list) GCHK_MUST_USE;

/* What has to be put right: failing tensors, and cases that failed or ended in error as a whole; in the run's order. */
bool gchk_list_problems(const gchk_result *result, gchk_row_list *list) GCHK_MUST_USE;

/* Did this case fail as it was expected to? Its failing tensors are then none to worry about. */
bool gchk_failed_as_expected(const gchk_case_result *c);

/* The verdict of a tensor as its case means it: a pass where it fails and is expected to. */
gchk_verdict gchk_row_verdict(const gchk_row *row);

const char *gchk_verdict_word(gchk_verdict verdict); /* "PASS" */
const char *gchk_row_word(const gchk_row *row);      /* likewise; "XFAIL" where it failed as it was expected to */

/* |analytic - numeric| in error bounds; infinite where it is not finite or the bound is 0. */
double gchk_error_bars(const gchk_element *element);
double gchk_element_difference(const gchk_element *element);

void gchk_put_shape(gchk_text *text, const gchk_shape *shape);              /* "784x50", "scalar" */
void gchk_put_index(gchk_text *text, const gchk_shape *shape, size_t flat); /* "[3,7]", "" for a scalar */
void gchk_put_counts(gchk_text *text,
                     const gchk_summary *summary); /* "24 cases: 22 pass, ... · 39,812 of ... elements" */
void gchk_put_settings(gchk_text *text,
                       const gchk_result *result); /* "24 cases · f64 · step auto · seed 0 · OpenBLAS ..." */
void gchk_put_sentence(gchk_text *text, const gchk_result *result); /* what the run's verdict means */
void gchk_put_change(gchk_text *text, const gchk_change *change);   /* "mean difference 1e-10 -> 2e-09" */
void gchk_put_percent(gchk_text *text, double share);               /* "100 %", "99.9 %": never rounded up to 100 */

/* "this run would catch a 0.1 % error in 100 % of W1", the smallest mistake that most elements would show; "" if none.
 */
void gchk_put_sensitivity(gchk_text *text, const gchk_tensor_result *tensor);

/* The same of the whole run: the smallest mistake that shows in every tensor, and the tensor in which it shows least.
 */
void gchk_put_run_sensitivity(gchk_text *text, const gchk_result *result);

/* What a tensor's line says beyond its figures: "10 bad", "2 kinks", "above its threshold 1e-07", a reason. */
void gchk_put_remarks(gchk_text *text, const gchk_row *row);

/* One argument of a POSIX shell; bytes that are not plain text as $'\xNN'. */
void gchk_put_quoted(gchk_text *text, const char *argument);

/* The command that explains an element (the worst one), or runs the case again where there is no tensor. */
void gchk_put_rerun(gchk_text *text, const gchk_result *result, const gchk_row *row);

/* The command that runs it all again; "" for a check that was made from a program. */
void gchk_put_rerun_all(gchk_text *text, const gchk_result *result);

/* Is argument i of a command line only about where reports go, how they look, or which shard runs? `*uses` is 1 or 2.
 */
bool gchk_argument_is_local(const char *const *argv, size_t argc, size_t i, size_t *uses);

#endif
