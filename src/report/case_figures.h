/* A case in one line: its tensors, how much of them was checked, its largest mean difference, and remarks. */
#ifndef GCHK_REPORT_CASE_FIGURES_H
#define GCHK_REPORT_CASE_FIGURES_H

#include "core/text.h"
#include "report/result_rows.h"

/* Figures of one case, or of several that share a line. */
typedef struct gchk_case_figures {
  const gchk_case_result *first;
  size_t cases;
  size_t checked, total;           /* elements */
  double digits;                   /* the fewest of float that passes; NaN: there is none */
  const gchk_tensor_result *worst; /* of the worst verdict there is, the largest mean difference; NULL: none */
} gchk_case_figures;

void gchk_case_figures_add(gchk_case_figures *figures, const gchk_case_result *c);

/* Does the case pass, with nothing to be said of it: as it must be to share a line with others? */
bool gchk_passes_plainly(const gchk_case_result *c);

/* "W1 b1 W2", or of a case that does not pass those that do not; "7 tensors" where that is longer than `width`. */
void gchk_put_tensor_names(gchk_text *text, const gchk_case_result *c, size_t width);

/* "4.2 digits, 12 kinks", "3 of 4 tensors wrong"; "" where there is nothing. */
void gchk_put_case_remarks(gchk_text *text, const gchk_case_figures *figures);

#endif
