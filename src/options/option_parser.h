/* Reading options by their table. */
#ifndef GCHK_OPTIONS_OPTION_PARSER_H
#define GCHK_OPTIONS_OPTION_PARSER_H

#include "options/options.h"

/*
 * Reads argv[first ...] into `options`, whose `arguments`, `recorded` and lists of texts must have room
 * for argc entries. False, with a message on stderr, when an option is unknown, does not belong to the command, or has
 * no or a senseless value.
 */
bool cli_options_parse(cli_options *options, const cli_command *command, int argc, char **argv, int first);

/* A file that a command's options name to be written. */
typedef struct cli_output {
  char option[24]; /* "--json" */
  const char *path;
} cli_output;
enum { CLI_MOST_OUTPUTS = 64 };

/* Fills in those that were given, in the order of the table; returns how many. */
size_t cli_options_outputs(const cli_options *options, unsigned command, cli_output outputs[CLI_MOST_OUTPUTS]);

#endif
