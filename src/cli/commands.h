/* The commands: one file each, which returns the exit status. */
#ifndef GCHK_CLI_COMMANDS_H
#define GCHK_CLI_COMMANDS_H

#include "options/options.h"

int cli_run(const cli_options *options);
int cli_list(const cli_options *options);
int cli_explain(const cli_options *options);
int cli_graph(const cli_options *options);
int cli_train(const cli_options *options);
int cli_evaluate(const cli_options *options);
int cli_report(const cli_options *options);
int cli_diff(const cli_options *options);
int cli_merge(const cli_options *options);
int cli_accept(const cli_options *options);
int cli_new(const cli_options *options);
int cli_init(const cli_options *options);
int cli_mutate(const cli_options *options);

#endif
