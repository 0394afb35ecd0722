/* How the commands and their options are told to a person. */
#ifndef GCHK_OPTIONS_OPTION_HELP_H
#define GCHK_OPTIONS_OPTION_HELP_H

#include <stdio.h>

#include "options/options.h"

/* --help of one command, or of all when `command` is NULL. */
void cli_print_help(const cli_command *commands, size_t count, const cli_command *command, FILE *out);

#endif
