/* gradcheck explain CODE: what a finding's code means. */
#ifndef GCHK_CLI_EXPLAIN_CODE_H
#define GCHK_CLI_EXPLAIN_CODE_H

#include <stdbool.h>

/* Is it a code, or meant to be one, rather than an element? "codes" is all of them. */
bool cli_is_code(const char *argument);

/* Prints it, or "codes": all of them. The exit status: EXIT_USAGE, with the nearest one, for a word that is no code. */
int cli_explain_code(const char *name);

#endif
