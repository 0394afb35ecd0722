/* Manual pages: gradcheck(1), and one a command, gradcheck-run(1). */
#ifndef GCHK_OPTIONS_MAN_PAGES_H
#define GCHK_OPTIONS_MAN_PAGES_H

#include <stdio.h>

#include "options/options.h"

/* The page of a command; gradcheck(1), which names those of all commands, when `command` is NULL. */
void cli_print_man(const cli_command *commands, size_t count, const cli_command *command, FILE *out);

#endif
