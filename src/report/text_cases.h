/* The table of the text report: a line a case, and lines of tensors where there is something to see. */
#ifndef GCHK_REPORT_TEXT_CASES_H
#define GCHK_REPORT_TEXT_CASES_H

#include "report/text_parts.h"

/*
 * The lines of all cases, in the order of the run. Of many that pass with nothing to say the smallest share the last
 * line, unless verbose. `put_more` writes what is to be said below the line of a case.
 */
typedef void gchk_case_writer(const gchk_text_writer *w, size_t case_index);
void gchk_text_cases(gchk_text_writer *w, gchk_case_writer *put_more);

#endif
