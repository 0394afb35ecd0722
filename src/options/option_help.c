/* Help and man page, from the tables of commands and options. */
#include "options/option_help.h"

#include "gradcheck/status.h"
#include "options/option_table.h"

static void print_row(const cli_option *r, FILE *out) {
  char left[64], letter[8] = "    ";
  if (r->letter != 0)
    (void)snprintf(letter, sizeof letter, "-%c, ", r->letter);
  (void)snprintf(left, sizeof left, "%s--%s%s%s", letter, r->name, r->argument != NULL ? " " : "",
                 r->argument != NULL ? r->argument : "");
  (void)fprintf(out, "  %-28s %s\n", left, r->help);
}

static const char exit_codes[] =
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
    (void)fprintf(out, "\n%s", exit_codes);
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
      exit_codes);
}

static void print_troff(const char *text, FILE *out) {
  for (; *text != '\0'; text++) {
    if (*text == '-' || *text == '\\')
      (void)fputc('\\', out);
    (void)fputc(*text, out);
  }
}

void cli_print_man(const cli_command *commands, size_t count, FILE *out) {
  (void)fprintf(
      out,
      ".TH GRADCHECK 1 \"\" \"gradcheck %s\"\n.SH NAME\ngradcheck \\- verify the backward passes of neural networks\n"
      ".SH SYNOPSIS\n.B gradcheck\n.I COMMAND\n[OPTION...] [ARGUMENT...]\n.SH DESCRIPTION\n"
      "gradcheck differentiates layers and networks by central differences with a measured error bound, compares the\n"
      "result with the gradients of backpropagation, probes the calling contract, and reports a verdict for every\n"
      "parameter. A TARGET is a suite (.yaml) or a plug\\-in (.so); without one the built\\-in suite is meant.\n"
      "The manual of suites is printed by\n.B gradcheck help suite ,\nthat of the built\\-in layers by\n"
      ".B gradcheck help layers .\n"
      ".SH COMMANDS\n",
      gchk_version());
  for (size_t i = 0; i < count; i++) {
    (void)fprintf(out, ".TP\n.B %s ", commands[i].name);
    print_troff(commands[i].synopsis, out);
    (void)fprintf(out, "\n");
    print_troff(commands[i].summary, out);
    (void)fprintf(out, ".\n");
  }
  (void)fprintf(out, ".SH OPTIONS\n");
  for (size_t i = 0; i < cli_option_count; i++) {
    (void)fprintf(out, ".TP\n.B \\-\\-");
    print_troff(cli_option_table[i].name, out);
    (void)fprintf(out, " %s\n", cli_option_table[i].argument != NULL ? cli_option_table[i].argument : "");
    print_troff(cli_option_table[i].help, out);
    (void)fprintf(out, ".");
    const char *before = " (";
    if (cli_option_table[i].commands != CLI_OPTION_ANY) {
      for (size_t c = 0; c < count; c++) {
        if ((cli_option_table[i].commands & commands[c].bit) == 0)
          continue;
        (void)fprintf(out, "%s%s", before, commands[c].name);
        before = ", ";
      }
      (void)fprintf(out, ")");
    }
    (void)fprintf(out, "\n");
  }
  (void)fprintf(out, ".SH EXIT STATUS\n");
  print_troff(exit_codes, out);
  (void)fprintf(out, ".SH ENVIRONMENT\n.TP\n.B GRADCHECK_DATA\nwhere the built\\-in suite and its data are, if not "
                     "where they were installed.\n"
                     ".TP\n.B NO_COLOR, FORCE_COLOR\nno colour, colour; \\-\\-color comes before both.\n"
                     ".TP\n.B OPENBLAS_CORETYPE\nthe kernels of OpenBLAS; set by gradcheck itself where OpenBLAS does "
                     "not know the processor.\n"
                     ".TP\n.B OMP_NUM_THREADS\nthreads of layers that use OpenMP; without it they have one, and "
                     "several while it is probed whether that changes anything.\n");
}
