/* What --help and the manual pages say beside the rows of the tables. */
#ifndef GCHK_OPTIONS_HELP_TEXTS_H
#define GCHK_OPTIONS_HELP_TEXTS_H

#include <stddef.h>

/* The heading of the options from this one on, in the order of the table; NULL: that of those before goes on. */
const char *cli_option_heading(const char *name);

typedef struct cli_example {
  unsigned command; /* its bit; 0: of the program */
  const char *line, *what;
} cli_example;
extern const cli_example cli_examples[];
extern const size_t cli_example_count;

/* What the exit statuses mean, a paragraph. */
extern const char cli_exit_codes[];

#endif
