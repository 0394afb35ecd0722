/* Printing what others have named. */
#ifndef GCHK_OPTIONS_SAY_H
#define GCHK_OPTIONS_SAY_H

#include <stdio.h>

#include "gradcheck/status.h"

/* Prints in a form that no terminal and no CI server obeys, whatever names are in it; how many bytes. */
int cli_say(FILE *to, const char *end, const char *format, ...) GCHK_PRINTF(3, 4);

/* The same, a line on standard error that begins with "gradcheck: ". */
void cli_complain(const char *format, ...) GCHK_PRINTF(1, 2);

#endif
