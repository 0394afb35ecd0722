/* The option table: parsed by, printed as --help, as manual pages, and as completions of shells. */
#ifndef GCHK_OPTIONS_OPTION_TABLE_H
#define GCHK_OPTIONS_OPTION_TABLE_H

#include <stddef.h>

#include "options/option_values.h"

typedef struct cli_option {
  const char *name;
  char letter;          /* 0: none */
  const char *argument; /* NULL: a switch */
  const char *wanted;   /* for the message when the value makes no sense */
  cli_parse_fn parse;
  size_t offset;     /* of its field in cli_options */
  unsigned commands; /* those that take it, by their bits, with the flags below */
  const char *help;
} cli_option;

enum {
  CLI_OPTION_LOCAL = 1 << 16,  /* how the run goes about it and where reports go: no result depends on or records it */
  CLI_OPTION_WRITES = 1 << 17, /* the value is a file that is written */
  CLI_OPTION_ANY = CLI_OPTION_LOCAL | (CLI_OPTION_LOCAL - 1) /* every command */
};

/* A name may have several rows, of commands that differ. */
extern const cli_option cli_option_table[];
extern const size_t cli_option_count;

#endif
