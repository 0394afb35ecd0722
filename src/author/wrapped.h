/* Words that are put into lines of a given width. */
#ifndef GCHK_AUTHOR_WRAPPED_H
#define GCHK_AUTHOR_WRAPPED_H

#include "core/text.h"

typedef struct gchk_wrapped {
  gchk_text *text;
  const char *indent; /* of all lines but the first */
  size_t column;      /* where the line is; not 0: a blank comes before the next word */
} gchk_wrapped;

/* Puts the word, which is deinit'ed and empty afterwards, behind the last one or onto a new line. */
void gchk_wrap(gchk_wrapped *lines, gchk_text *word);

#endif
