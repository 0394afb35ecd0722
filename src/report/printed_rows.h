/* What documents print, over all cases of a result: "document, what it prints, what gradcheck gives", a row each. */
#ifndef GCHK_REPORT_PRINTED_ROWS_H
#define GCHK_REPORT_PRINTED_ROWS_H

#include "core/text.h"
#include "gradcheck/result.h"

typedef struct gchk_printed_row {
  const gchk_case_result *owner;
  const gchk_printed_result *printed;
} gchk_printed_row;

typedef struct gchk_printed_list {
  gchk_printed_row *rows; /* for free() */
  size_t count;
} gchk_printed_list;

/* Has some case such rows? */
bool gchk_has_printed(const gchk_result *result);

/* All rows, document by document, and of each in the order of the run. False when out of memory. */
bool gchk_list_printed(const gchk_result *result, gchk_printed_list *list) GCHK_MUST_USE;

/* "agrees", "differs", "elsewhere", "misprint"; "not compared" where this run could not. */
const char *gchk_printed_word(const gchk_printed_result *printed);

/* "66 rows: 52 agree, 0 differ, 12 elsewhere, 2 misprints, 0 not compared" */
void gchk_put_printed_counts(gchk_text *text, const gchk_printed_list *list);

/* What gradcheck gives, and the command that gives it; "–" where there is none. Raw. */
void gchk_put_given(gchk_text *text, const gchk_printed_result *printed);
void gchk_put_printed_command(gchk_text *text, const gchk_result *result, const gchk_printed_row *row);

#endif
