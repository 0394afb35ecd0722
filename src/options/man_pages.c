/* Manual pages in troff, from the tables of commands and options. */
#include "options/man_pages.h"

#include <ctype.h>
#include <string.h>

#include "gradcheck/status.h"
#include "options/help_texts.h"
#include "options/option_table.h"

static void print_troff(const char *text, FILE *out) {
  if (*text == '.' || *text == '\'')
    (void)fputs("\\&", out); // no request
  for (; *text != '\0'; text++) {
    if (*text == '\\')
      (void)fputs("\\e", out);
    else if (*text == '-')
      (void)fputs("\\-", out);
    else
      (void)fputc(*text, out);
  }
}

/* A summary within a sentence. */
static void print_small(const char *summary, FILE *out) {
  (void)fputc(tolower((unsigned char)*summary), out);
  print_troff(summary + 1, out);
}

static void print_head(const char *title, FILE *out) {
  (void)fprintf(out, ".TH %s 1 \"\" \"gradcheck %s\" \"gradcheck manual\"\n.SH NAME\n", title, gchk_version());
}

static void print_option(const cli_option *option, FILE *out) {
  (void)fprintf(out, ".TP\n");
  if (option->letter != 0)
    (void)fprintf(out, "\\fB\\-%c\\fR, ", option->letter);
  (void)fprintf(out, "\\fB\\-\\-");
  print_troff(option->name, out);
  (void)fprintf(out, "\\fR");
  if (option->argument != NULL) {
    (void)fprintf(out, " \\fI");
    print_troff(option->argument, out);
    (void)fprintf(out, "\\fR");
  }
  (void)fprintf(out, "\n");
  print_troff(option->help, out);
  (void)fprintf(out, ".\n");
}

static const char environment[] =
    ".SH ENVIRONMENT\n.TP\n.B GRADCHECK_DATA\nwhere the built\\-in suite and its data are, if not where they were "
    "installed.\n"
    ".TP\n.BR NO_COLOR ,\\  FORCE_COLOR\nno colour, colour; \\-\\-color comes before both.\n"
    ".TP\n.B OPENBLAS_CORETYPE\nthe kernels of OpenBLAS; set by gradcheck itself where OpenBLAS does not know the "
    "processor.\n"
    ".TP\n.B OMP_NUM_THREADS\nthreads of layers that use OpenMP; without it they have one, and several while it is "
    "probed whether that changes anything.\n";

static const char target[] =
    "A TARGET is a suite (.yaml) or a plug\\-in (.so); without one the built\\-in suite is meant.\n";

static void print_options(unsigned command, FILE *out) {
  const cli_option *option;
  const char *heading;
  for (size_t i = 0; (option = cli_next_option(command, &i, &heading)) != NULL;) {
    if (heading != NULL)
      (void)fprintf(out, ".SS %s\n", heading);
    print_option(option, out);
  }
}

static void print_examples(unsigned command, FILE *out) {
  const cli_example *example;
  const char *heading = ".SH EXAMPLES\n";
  for (size_t i = 0; (example = cli_next_example(command, &i)) != NULL; heading = "") {
    (void)fprintf(out, "%s.TP\n\\fB", heading);
    print_troff(example->line, out);
    (void)fprintf(out, "\\fR\n");
    print_troff(example->what, out);
    (void)fprintf(out, "\n");
  }
}

static void print_exit_status(FILE *out) {
  (void)fprintf(out, ".SH EXIT STATUS\n");
  print_troff(cli_exit_codes, out);
}

static void print_command(const cli_command *command, FILE *out) {
  (void)fprintf(out, "gradcheck\\-%s \\- ", command->name);
  print_small(command->summary, out);
  (void)fprintf(out, "\n.SH SYNOPSIS\n.B gradcheck %s\n[\\fIOPTION\\fR...] ", command->name);
  print_troff(command->synopsis, out);
  (void)fprintf(out, "\n.SH DESCRIPTION\n");
  print_troff(command->summary, out);
  (void)fprintf(out, ".\n%s.SH OPTIONS\n", strstr(command->synopsis, "TARGET") != NULL ? target : "");
  print_options(command->bit, out);
  print_examples(command->bit, out);
  print_exit_status(out);
  (void)fprintf(out, ".SH SEE ALSO\n.BR gradcheck (1)\n");
}

static void print_overview(const cli_command *commands, size_t count, FILE *out) {
  (void)fprintf(
      out,
      "gradcheck \\- verify the backward passes of neural networks\n"
      ".SH SYNOPSIS\n.B gradcheck\n.I COMMAND\n[\\fIOPTION\\fR...] [\\fIARGUMENT\\fR...]\n.SH DESCRIPTION\n"
      "gradcheck differentiates layers and networks by central differences with a measured error bound, compares the\n"
      "result with the gradients of backpropagation, probes the calling contract, and reports a verdict for every\n"
      "parameter.\n%s"
      "The manual of suites is printed by\n.BR \"gradcheck help suite\" ,\nthat of the built\\-in layers by\n"
      ".BR \"gradcheck help layers\" .\n"
      ".SH COMMANDS\nEach has a page of its own.\n",
      target);
  for (size_t i = 0; i < count; i++) {
    (void)fprintf(out, ".TP\n.BR gradcheck\\-%s (1)\n", commands[i].name);
    print_troff(commands[i].summary, out);
    (void)fprintf(out, ".\n");
  }
  (void)fprintf(out, ".SH OPTIONS\nOf every command:\n");
  for (size_t i = 0; i < cli_option_count; i++)
    if (cli_option_table[i].commands == CLI_OPTION_ANY)
      print_option(&cli_option_table[i], out);
  print_examples(0, out);
  print_exit_status(out);
  (void)fputs(environment, out);
}

void cli_print_man(const cli_command *commands, size_t count, const cli_command *command, FILE *out) {
  char title[64] = "GRADCHECK";
  if (command != NULL)
    (void)snprintf(title, sizeof title, "GRADCHECK\\-%s", command->name);
  for (char *c = title; *c != '\0'; c++)
    *c = (char)toupper((unsigned char)*c);
  print_head(title, out);
  if (command != NULL)
    print_command(command, out);
  else
    print_overview(commands, count, out);
}
