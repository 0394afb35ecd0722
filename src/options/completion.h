/* What a shell completes of the command line: its commands, their options, and the values of those. */
#ifndef GCHK_OPTIONS_COMPLETION_H
#define GCHK_OPTIONS_COMPLETION_H

#include <stdio.h>

#include "options/options.h"

/* The completions of `shell`, "bash", "zsh" or "fish", in its language. False where there are none for it. */
bool cli_print_completion(const char *shell, const cli_command *commands, size_t count, FILE *out);

#endif
