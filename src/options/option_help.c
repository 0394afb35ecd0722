/* Help, from the tables of commands and options. */
#include "options/option_help.h"

#include <string.h>

#include "gradcheck/status.h"
#include "options/option_table.h"

enum { COLUMNS = 100, HELP_COLUMN = 30, EXAMPLE_COLUMN = 64 };

/* Which options a heading is for: from this one to the next of these, in the order of the table. */
static const struct {
  const char *first, *title;
} groups[] = {
    {"filter", "Which cases"},
    {"seed", "What is checked of them, and against what"},
    {"fail-fast", "How the run goes"},
    {"text", "Reports"},
    {"baseline", "Gates and baselines"},
    {"output", "What is written"},
    {"svg", "Graphs"},
    {"iterations", "Training"},
    {"color", "Display and help"},
};
enum { GROUPS = sizeof groups / sizeof groups[0] };

/* Of a command; 0: of the program. */
static const struct {
  unsigned command;
  const char *line, *what;
} examples[] = {
    {0, "gradcheck new layer.c", "begin with a layer that passes"},
    {0, "gradcheck init kernels.h", "or with the functions that you have"},
    {0, "gradcheck run mine.so", "check the layers of a plug-in"},
    {0, "gradcheck run suite.yaml --html report.html", "check a suite, and make a page"},
    {0, "gradcheck explain 'affine:W[0,7]' mine.so", "why this element is right or wrong"},
    {0, "gradcheck explain zero-gradient", "what a word of a report means"},
    {CMD_RUN, "gradcheck run mine.so", "all layers, in all their shapes"},
    {CMD_RUN, "gradcheck run mine.so --filter 'conv*' --filter '-*3d'", "some of them"},
    {CMD_RUN, "gradcheck run mine.so --last-failed r.json --json r.json", "what failed last time"},
    {CMD_RUN, "gradcheck run mine.so --compare mine=conv2d", "beside a layer that is trusted"},
    {CMD_RUN, "gradcheck run mine.so --seeds 5 --fail-fast", "with more values"},
    {CMD_RUN, "gradcheck run mine.so --junit r.xml --baseline b.json", "in CI"},
    {CMD_LIST, "gradcheck list mine.so", "cases, tensors and shapes"},
    {CMD_LIST, "gradcheck list mine.so --json -", "the same for a program"},
    {CMD_EXPLAIN, "gradcheck explain 'affine:W[0,7]' mine.so", "all steps of one element"},
    {CMD_EXPLAIN, "gradcheck explain zero-gradient", "what a finding means, and what to do"},
    {CMD_EXPLAIN, "gradcheck explain codes", "all findings"},
    {CMD_GRAPH, "gradcheck graph two-layer-net", "values and gradients, drawn with characters"},
    {CMD_GRAPH, "gradcheck graph two-layer-net --svg net.svg", "as a drawing"},
    {CMD_TRAIN, "gradcheck train", "digits, by stochastic gradient descent"},
    {CMD_TRAIN, "gradcheck train digits --check-every 500 --weights w.npz", "checked on the way, and kept"},
    {CMD_EVALUATE, "gradcheck evaluate digits --weights w.npz", "how good these weights are"},
    {CMD_REPORT, "gradcheck report result.json --html report.html", "a page, without running again"},
    {CMD_DIFF, "gradcheck diff before.json after.json", "what got worse"},
    {CMD_DIFF, "gradcheck diff before.json after.json --renamed a:W=w", "with a tensor that was renamed"},
    {CMD_MERGE, "gradcheck merge 1.json 2.json --json all.json", "two shards are one run"},
    {CMD_ACCEPT, "gradcheck accept result.json base.json", "later runs are compared with this one"},
    {CMD_NEW, "gradcheck new layer.c", "a layer in C, for your functions to go into"},
    {CMD_NEW, "gradcheck new layer.cpp", "the same in C++17"},
    {CMD_INIT, "gradcheck init kernels.h", "kernels_gradcheck.c, from the prototypes"},
    {CMD_INIT, "gradcheck init kernels.h -o -", "to look at it first"},
};
enum { EXAMPLES = sizeof examples / sizeof examples[0] };

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
  const char *title = NULL;
  for (size_t i = 0; i < cli_option_count; i++) {
    const cli_option *r = &cli_option_table[i];
    for (size_t k = 0; k < GROUPS; k++)
      if (strcmp(groups[k].first, r->name) == 0)
        title = groups[k].title;
    if ((r->commands & command) == 0)
      continue;
    if (title != NULL)
      (void)fprintf(out, "\n%s:\n", title);
    title = NULL;
    print_row(r, out);
  }
}

static void print_examples(unsigned command, FILE *out) {
  const char *heading = "Examples:\n";
  for (size_t i = 0; i < EXAMPLES; i++) {
    if (examples[i].command != command)
      continue;
    (void)fputs(heading, out);
    heading = "";
    print_pair(examples[i].line, examples[i].what, EXAMPLE_COLUMN, out);
  }
}

const char cli_exit_codes[] =
    "Exit status: 0 everything asked for was checked and passed; 1 a gradient is wrong, a contract is broken or\n"
    "a baseline regressed; 2 bad usage or input; 3 could not finish; 4 nothing was checked; 5 nothing is wrong\n"
    "but something is inconclusive.\n";

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
