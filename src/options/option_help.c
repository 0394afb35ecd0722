/* Help, from the tables of commands and options. */
#include "options/option_help.h"

#include "options/option_table.h"

static void print_row(const cli_option *r, FILE *out) {
  char left[64], letter[8] = "    ";
  if (r->letter != 0)
    (void)snprintf(letter, sizeof letter, "-%c, ", r->letter);
  (void)snprintf(left, sizeof left, "%s--%s%s%s", letter, r->name, r->argument != NULL ? " " : "",
                 r->argument != NULL ? r->argument : "");
  (void)fprintf(out, "  %-28s %s\n", left, r->help);
}

const char cli_exit_codes[] =
    "Exit status: 0 everything asked for was checked and passed; 1 a gradient is wrong, a contract is broken or\n"
    "a baseline regressed; 2 bad usage or input; 3 could not finish; 4 nothing was checked; 5 nothing is wrong\n"
    "but something is inconclusive.\n";

void cli_print_help(const cli_command *commands, size_t count, const cli_command *command, FILE *out) {
  if (command != NULL) {
    (void)fprintf(out, "usage: gradcheck %s [OPTION...] %s\n\n%s.\n\n", command->name, command->synopsis,
                  command->summary);
    for (size_t i = 0; i < cli_option_count; i++)
      if (cli_option_table[i].commands & command->bit)
        print_row(&cli_option_table[i], out);
    (void)fprintf(out, "\n%s", cli_exit_codes);
    return;
  }
  (void)fprintf(out, "usage: gradcheck COMMAND [OPTION...] [ARGUMENT...]\n\nVerifies backward passes: central "
                     "differences with a measured error bound\n"
                     "against the gradients of backpropagation.\n\n");
  for (size_t i = 0; i < count; i++)
    (void)fprintf(out, "  %-8s %-32s %s\n", commands[i].name, commands[i].synopsis, commands[i].summary);
  (void)fprintf(
      out,
      "\nA TARGET is a suite (.yaml) or a plug-in (.so); without one the built-in suite is meant.\n"
      "`gradcheck COMMAND --help` lists a command's options, `gradcheck help suite` is the manual of suites, and\n"
      "`gradcheck help layers` that of the built-in layers.\n\n%s",
      cli_exit_codes);
}
