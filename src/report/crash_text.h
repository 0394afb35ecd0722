/* How a case's process ended, as lines of text: the stack, its last words, and how to look at it in a debugger. */
#ifndef GCHK_REPORT_CRASH_TEXT_H
#define GCHK_REPORT_CRASH_TEXT_H

#include "report/result_rows.h"
#include "report/text_parts.h"

/* Did the row's case end before its time, and is the row about the case as a whole? */
bool gchk_row_has_crash(const gchk_row *row);

/* The lines of a problem's block, below its reason and its command. Nothing for a row without a crash. */
void gchk_text_put_crash(const gchk_text_writer *w, const gchk_row *row);

#endif
