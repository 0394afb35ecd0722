/* Help, from the tables of commands and options. */
#include "options/option_help.h"

#include <string.h>

#include "options/help_texts.h"
#include "options/option_table.h"

enum { COLUMNS = 100, HELP_COLUMN = 30, EXAMPLE_COLUMN = 64 };

/* Words from column `at` on, further lines from `indent` on. */
static void print_wrapped(const char *text, int at, int indent, FILE *out) {
  while (*text != '\0') {
    const int length = (int)strcspn(text, " \n");
    if (at > indent && at + 1 + length > COLUMNS) {
      (void)fprintf(out, "\n%*s", indent, "");
      at = indent;
    } else if (at > indent) {
      (void)fputc(' ', out);
      at++;
    }
    (void)fprintf(out, "%.*s", length, text);
    at += length;
    text += length + (text[length] != '\0');
  }
  (void)fputc('\n', out);
}

/* `left`, and `help` beside it, or below it where it is long. */
static void print_pair(const char *left, const char *help, int column, FILE *out) {
  const int length = fprintf(out, "  %s", left);
  (void)fprintf(out, length >= column - 1 ? "\n%*s" : "%*s", length >= column - 1 ? column : column - length, "");
  print_wrapped(help, column, column, out);
}

static void print_row(const cli_option *r, FILE *out) {
  char left[64], letter[8] = "    ";
  if (r->letter != 0)
    (void)snprintf(letter, sizeof letter, "-%c, ", r->letter);
  (void)snprintf(left, sizeof left, "%s--%s%s%s", letter, r->name, r->argument != NULL ? " " : "",
                 r->argument != NULL ? r->argument : "");
  print_pair(left, r->help, HELP_COLUMN, out);
}

static void print_options(unsigned command, FILE *out) {
  const cli_option *option;
  const char *heading;
  for (size_t i = 0; (option = cli_next_option(command, &i, &heading)) != NULL;) {
    if (heading != NULL)
      (void)fprintf(out, "\n%s:\n", heading);
    print_row(option, out);
  }
}

static void print_examples(unsigned command, FILE *out) {
  const cli_example *example;
  const char *heading = "Examples:\n";
  for (size_t i = 0; (example = cli_next_example(command, &i)) != NULL; heading = "") {
    (void)fputs(heading, out);
    print_pair(example->line, example->what, EXAMPLE_COLUMN, out);
  }
}

void cli_print_help(const cli_command *commands, size_t count, const cli_command *command, FILE *out) {
  if (command != NULL) {
    (void)fprintf(out, "usage: gradcheck %s [OPTION...] %s\n\n%s.\n\n", command->name, command->synopsis,
                  command->summary);
    print_examples(command->bit, out);
    print_options(command->bit, out);
  } else {
    (void)fprintf(out, "usage: gradcheck COMMAND [OPTION...] [ARGUMENT...]\n\nVerifies backward passes: central "
                       "differences with a measured error bound\n"
                       "against the gradients of backpropagation.\n\n");
    print_examples(0, out);
    (void)fprintf(out, "\nCommands:\n");
    for (size_t i = 0; i < count; i++) {
      char left[80];
      (void)snprintf(left, sizeof left, "%-8s %s", commands[i].name, commands[i].synopsis);
      print_pair(left, commands[i].summary, HELP_COLUMN + 12, out);
    }
    (void)fprintf(
        out, "\nA TARGET is a suite (.yaml) or a plug-in (.so); without one the built-in suite is meant.\n"
             "`gradcheck COMMAND --help` has a command's options, `gradcheck help suite` is the manual of suites,\n"
             "and `gradcheck help layers` that of the built-in layers.\n");
  }
  (void)fputc('\n', out);
  print_wrapped(cli_exit_codes, 0, 0, out);
}
