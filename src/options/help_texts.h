/* What --help and the manual pages say beside the rows of the tables. */
#ifndef GCHK_OPTIONS_HELP_TEXTS_H
#define GCHK_OPTIONS_HELP_TEXTS_H

#include <stddef.h>

#include "options/option_table.h"

/*
 * The options of a command one by one, in the order of the table: the next one from *index on, which moves on behind
 * it; NULL after the last. *heading is that of the group which begins with it; NULL: that of those before goes on.
 */
const cli_option *cli_next_option(unsigned command, size_t *index, const char **heading);

typedef struct cli_example {
  unsigned command; /* its bit; 0: of the program */
  const char *line, *what;
} cli_example;

/* Likewise the examples of a command, or with 0 of the program. */
const cli_example *cli_next_example(unsigned command, size_t *index);

/* What the exit statuses mean, a paragraph. */
extern const char cli_exit_codes[];

#endif
