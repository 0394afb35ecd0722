/* Where the statements of a body begin, and which of them declare. */
#ifndef GCHK_MUTATE_STATEMENTS_H
#define GCHK_MUTATE_STATEMENTS_H

#include "mutate/operands.h"

enum {
  GCHK_BEGINS_STATEMENT = 1, /* an expression's, which ends with ";" */
  GCHK_IN_EXPRESSION = 2,    /* a token of such a one, outside of parentheses that belong to if, for, while */
  GCHK_IN_DECLARATION = 4
};

/* Sets the marks of tokens first to last-1: marks[0] is that of the first. */
void gchk_mark_statements(unsigned char *marks, const gchk_range *body);

#endif
