/* Text in lines of a given width. */
#ifndef GCHK_CORE_WRAP_H
#define GCHK_CORE_WRAP_H

#include "core/text.h"

/* Columns on a terminal of what is visible already; colours take none. */
size_t gchk_text_columns(const char *at, size_t length);

/*
 * Appends `length` bytes of words to a line of which `column` columns are used, and goes on in lines that are indented
 * where a word would end beyond `columns`. A word that fits no line is left where it is, for it may be a name that
 * somebody copies; blanks between words stay as they are.
 */
void gchk_text_wrap(gchk_text *out, const char *words, size_t length, size_t column, size_t indent, size_t columns);

#endif
