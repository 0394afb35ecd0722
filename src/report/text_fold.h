/* Text with lines that fit a terminal. */
#ifndef GCHK_REPORT_TEXT_FOLD_H
#define GCHK_REPORT_TEXT_FOLD_H

#include "core/text.h"

enum { GCHK_TEXT_COLUMNS = 120, GCHK_LABELLED_COLUMN = 20 }; // where the text behind a label begins

/*
 * Appends `from` to `out`, without blanks at the ends of lines, and with lines of more than GCHK_TEXT_COLUMNS columns
 * broken at blanks and indented below their first text, as gchk_text_wrap breaks them.
 */
void gchk_text_fold(const char *from, gchk_text *out);

/*
 * A command line, the first of its words at column `indent`: broken between arguments, with a backslash, so that it can
 * be copied as it stands.
 */
void gchk_text_fold_command(const char *command, size_t indent, gchk_text *out);

#endif
