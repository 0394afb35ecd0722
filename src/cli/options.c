/* The option table, its parser and its two ways of printing. */
#include "options.h"

#include <stddef.h>
#include <string.h>

#include "gradcheck/status.h"
#include "gradcheck/supervise.h"
#include "option_values.h"
#include "say.h"

typedef struct row {
  const char *name;
  char letter;
  const char *argument; // NULL: a switch
  const char *wanted;   // for the message when the value makes no sense
  cli_parse_fn parse;
  size_t offset;
  unsigned commands;
  const char *help;
} row;

#define AT(field) offsetof(cli_options, field)

static const char report_file[] = "a file name, or - for standard output";

// LOCAL: where reports go and how the run goes about it; the result does not depend on it and does not record it.
// WRITES: the value is a file that is written.
enum { LOCAL = 1 << 16, WRITES = 1 << 17, ANY = LOCAL | (LOCAL - 1) };
enum {
  CHECKS = CMD_RUN | CMD_EXPLAIN | CMD_GRAPH,
  RENDERS = CMD_RUN | CMD_REPORT | CMD_MERGE,
  TRAINS = CMD_TRAIN | CMD_EVALUATE
};

static const row rows[] = {
    {"filter", 0, "GLOB", "a pattern", cli_parse_another_text, AT(filters), CMD_RUN | CMD_LIST,
     "only the cases whose name matches; may be given several times"},
    {"seed", 0, "N", "a whole number", cli_parse_u64, AT(seed), CHECKS | TRAINS, "where random numbers start (0)"},
    {"step", 0, "auto|H", "auto, or a positive number such as 1e-4", cli_parse_step, AT(step), CMD_RUN | CMD_EXPLAIN,
     "finite-difference step: adaptive with a measured error bound, or H for every element"},
    {"dtype", 0, "f64|f32", "f64 or f32", cli_parse_dtype, AT(dtype), CHECKS | CMD_LIST | TRAINS,
     "build the cases of suites in this precision"},
    {"threshold", 0, "X|f32=X,f64=X", "a positive number such as 1e-6, or one for a dtype such as f32=1e-4,f64=1e-9",
     cli_parse_thresholds, AT(threshold), CMD_RUN,
     "fail where mean |analytic - numeric| is above X by more than its bound, and waive mismatches below it"},
    {"twin", 0, "FILE", "a plug-in (.so)", cli_parse_another_text, AT(twins), CHECKS | CMD_LIST | TRAINS,
     "a double build of the plug-in's layers, differenced in place of its f32 ones; may be given several times"},
    {"no-twin", 0, NULL, NULL, NULL, AT(no_twin), CHECKS | CMD_LIST | TRAINS,
     "f32 layers as they are: leave out a NAME.twin.so beside NAME.so"},
    {"compare", 0, "[LAYER=]REFERENCE",
     "a built-in layer, such as conv2d, \"mine=conv2d stride=2\" or \"mine=linear w=W^T\"", cli_parse_another_text,
     AT(compared), CMD_RUN, "compare outputs and gradients with those of a built-in layer; may be given several times"},
    {"budget", 0, "N", "a positive whole number", cli_parse_positive_u64, AT(budget), CMD_RUN,
     "check about N elements of a case: a sample, with the probability of finding a bug"},
    {"jobs", 'j', "N", "a whole number up to 4096", cli_parse_size, AT(jobs), CMD_RUN | LOCAL,
     "cases at a time, each in a process of its own (0: one a processor)"},
    {"timeout", 0, "S", "seconds", cli_parse_seconds, AT(timeout_s), CHECKS | LOCAL,
     "kill a case that makes no progress for S seconds in which it slept or had a processor (60; 0: never)"},
    {"memory", 0, "MIB", "a whole number of MiB", cli_parse_u64, AT(memory_mib), CMD_RUN | LOCAL,
     "memory by which a case may grow; what is only reserved does not count (8192; 0: no limit)"},
    {"shard", 0, "I/N", "I/N with 1 <= I <= N", cli_parse_shard, AT(shard), CMD_RUN | CMD_LIST,
     "every N-th case, starting with the I-th; `gradcheck merge` puts the results together"},
    {"no-isolation", 0, NULL, NULL, NULL, AT(no_isolation), CHECKS | LOCAL,
     "run the layers in this process, for a debugger; what they print is as it is, and a second Ctrl-C ends it"},
    {"no-probes", 0, NULL, NULL, NULL, AT(no_probes), CMD_RUN, "do not probe the calling contract"},
    {"text", 0, "FILE", report_file, cli_parse_text, AT(reports[GCHK_TEXT]), RENDERS | LOCAL | WRITES,
     "text report (standard output unless another is there)"},
    {"json", 0, "FILE", report_file, cli_parse_text, AT(reports[GCHK_JSON]), RENDERS | LOCAL | WRITES,
     "the result, from which all reports can be made again"},
    {"junit", 0, "FILE", report_file, cli_parse_text, AT(reports[GCHK_JUNIT]), RENDERS | LOCAL | WRITES,
     "JUnit XML for CI servers"},
    {"html", 0, "FILE", report_file, cli_parse_text, AT(reports[GCHK_HTML]), RENDERS | LOCAL | WRITES,
     "HTML report, one self-contained file"},
    {"html-dir", 0, "DIR", "a directory", cli_parse_text, AT(html_dir), RENDERS | LOCAL,
     "HTML report as index.html with its stylesheet beside it, for a strict content-security policy"},
    {"markdown", 0, "FILE", report_file, cli_parse_text, AT(reports[GCHK_MARKDOWN]), RENDERS | LOCAL | WRITES,
     "Markdown report"},
    {"documents", 0, "FILE", report_file, cli_parse_text, AT(reports[GCHK_DOCUMENTS]), RENDERS | LOCAL | WRITES,
     "table of Markdown: what documents print, and what gradcheck gives (`documents` of suites)"},
    {"events", 0, "FILE", report_file, cli_parse_text, AT(events), CMD_RUN | LOCAL | WRITES,
     "one JSON object a line while running"},
    {"dump", 0, "DIR", "a directory", cli_parse_text, AT(dump), CMD_RUN | LOCAL,
     "write CASE/TENSOR.analytic.npy, .numeric, .bound, .slack, .step, .verdict (.analytic.1 of the second draw)"},
    {"baseline", 0, "FILE", "a result file", cli_parse_text, AT(baseline), CMD_RUN | CMD_REPORT,
     "compare with an earlier result; a regression exits 1"},
    {"save-baseline", 0, "FILE", "a file name", cli_parse_text, AT(save_baseline), CMD_RUN | LOCAL | WRITES,
     "write the result as the next baseline, where the run came to its end and passed"},
    {"force", 0, NULL, NULL, NULL, AT(force), CMD_RUN | LOCAL,
     "with --save-baseline: also the result of a run that did not pass"},
    {"strict", 0, NULL, NULL, NULL, AT(strict), CMD_RUN,
     "inconclusive and skipped count as failed, and no undecided element is tolerated"},
    {"allow-inconclusive", 0, NULL, NULL, NULL, AT(allow_inconclusive), CMD_RUN,
     "exit 0 where nothing is wrong but something is inconclusive"},
    {"svg", 0, "FILE", report_file, cli_parse_text, AT(svg), CMD_GRAPH | WRITES, "the graph as SVG"},
    {"dot", 0, "FILE", report_file, cli_parse_text, AT(dot), CMD_GRAPH | WRITES, "the graph for Graphviz"},
    {"mermaid", 0, "FILE", report_file, cli_parse_text, AT(mermaid), CMD_GRAPH | WRITES,
     "the graph for Markdown, as Mermaid"},
    {"digits", 0, "N", "a whole number from 1 to 17", cli_parse_digits, AT(digits), CMD_GRAPH,
     "digits of every number at the most; 17 tell every double from every other (6, and 3 of several numbers)"},
    {"iterations", 0, "N", "a positive whole number", cli_parse_positive_u64, AT(iterations), CMD_TRAIN,
     "minibatches to train on (10000)"},
    {"batch", 0, "N", "a positive whole number", cli_parse_positive_u64, AT(batch), TRAINS,
     "rows of a minibatch (100)"},
    {"rate", 0, "X", "a positive number", cli_parse_positive, AT(rate), CMD_TRAIN,
     "learning rate (sgd 0.1, momentum 0.01, adam 0.001)"},
    {"optimiser", 0, "NAME", "sgd, momentum or adam", cli_parse_optimiser, AT(optimiser), CMD_TRAIN,
     "sgd, momentum or adam (sgd)"},
    {"check-every", 0, "N", "a positive whole number", cli_parse_positive_u64, AT(check_every), CMD_TRAIN,
     "check a sample of the gradients every N minibatches, and stop where one is wrong"},
    {"threads", 0, "N", "a whole number up to 4096", cli_parse_size, AT(threads), TRAINS,
     "threads of the BLAS (1; 0: one a processor): the order of sums, and so the last bits of weights, depend on them"},
    {"csv", 0, "FILE", report_file, cli_parse_text, AT(csv), CMD_TRAIN | WRITES, "loss and accuracy by iteration"},
    {"html", 0, "FILE", report_file, cli_parse_text, AT(reports[GCHK_HTML]), CMD_TRAIN | LOCAL | WRITES,
     "HTML report with the training curves"},
    {"weights", 0, "FILE", "a file name", cli_parse_text, AT(weights), CMD_TRAIN | WRITES,
     "write the trained parameters as .npz"},
    {"weights", 0, "FILE", "a file name", cli_parse_text, AT(weights_read), CMD_EVALUATE,
     "the parameters, an .npz as `gradcheck train --weights FILE` writes it; without it those that the case starts "
     "from"},
    {"color", 0, "WHEN", "auto, always or never", cli_parse_color, AT(color),
     RENDERS | CMD_DIFF | CMD_EXPLAIN | CMD_GRAPH | LOCAL,
     "auto, always or never (auto; NO_COLOR and FORCE_COLOR are honoured)"},
    {"quiet", 'q', NULL, NULL, NULL, AT(quiet), CMD_RUN | CMD_REPORT | CMD_TRAIN | LOCAL,
     "only what is wrong, and the summary"},
    {"verbose", 'v', NULL, NULL, NULL, AT(verbose), CMD_RUN | CMD_REPORT | CMD_TRAIN | LOCAL,
     "also what passing tensors have to say"},
    {"help", 'h', NULL, NULL, NULL, AT(help), ANY, "print help and exit"},
    {"version", 0, NULL, NULL, NULL, AT(version), ANY, "print the version and exit"},
    {"man", 0, NULL, NULL, NULL, AT(man), ANY, "print the man page and exit"},
    {"cflags", 0, NULL, NULL, NULL, AT(cflags), ANY, "print what a compiler of plug-ins needs (-I...) and exit"},
};

enum { ROWS = sizeof rows / sizeof rows[0] };

size_t cli_options_outputs(const cli_options *options, unsigned command, cli_output outputs[CLI_MOST_OUTPUTS]) {
  _Static_assert((int)ROWS <= (int)CLI_MOST_OUTPUTS, "room for every row");
  size_t count = 0;
  for (size_t i = 0; i < ROWS; i++) {
    if ((rows[i].commands & WRITES) == 0 || (rows[i].commands & command) == 0)
      continue;
    const char *path = *(const char *const *)(const void *)((const char *)options + rows[i].offset);
    if (path == NULL)
      continue;
    outputs[count].path = path;
    (void)snprintf(outputs[count++].option, sizeof outputs->option, "--%s", rows[i].name);
  }
  return count;
}

static const row *find_row(const char *name, size_t length, unsigned command, bool *is_known) {
  *is_known = false;
  for (size_t i = 0; i < ROWS; i++) {
    if (strlen(rows[i].name) != length || strncmp(rows[i].name, name, length) != 0)
      continue;
    *is_known = true;
    if (rows[i].commands & command)
      return &rows[i];
  }
  return NULL;
}

static const row *find_letter(char letter, unsigned command) {
  for (size_t i = 0; i < ROWS; i++)
    if (rows[i].letter == letter && (rows[i].commands & command) != 0)
      return &rows[i];
  return NULL;
}

static bool take_value(cli_options *options, const row *r, const char *value) {
  char *field = (char *)options + r->offset;
  if (r->argument == NULL) {
    *(bool *)(void *)field = true;
    return true;
  }
  return r->parse(value, field);
}

static void record(cli_options *options, char **argv, int first, int last) {
  for (int i = first; i <= last; i++)
    options->recorded[options->recorded_count++] = argv[i];
}

// One option at argv[*at]; moves *at past a value that is an argument of its own.
static bool parse_option(cli_options *options, const cli_command *command, int argc, char **argv, int *at) {
  const int first = *at;
  const char *text = argv[first];
  const char *equals = NULL;
  const row *r;
  if (text[1] == '-') {
    bool is_known;
    equals = strchr(text, '=');
    r = find_row(text + 2, equals != NULL ? (size_t)(equals - text - 2) : strlen(text + 2), command->bit, &is_known);
    if (r == NULL) {
      cli_complain(is_known ? "%s does not belong to `gradcheck %s`; see gradcheck %s --help"
                            : "unknown option %s; `gradcheck %s` takes those of gradcheck %s --help",
                   text, command->name, command->name);
      return false;
    }
  } else {
    r = find_letter(text[1], command->bit);
    if (r == NULL || (text[2] != '\0' && r->argument == NULL)) {
      cli_complain("unknown option %s; see gradcheck %s --help", text, command->name);
      return false;
    }
  }
  const char *value = NULL;
  if (r->argument == NULL && equals != NULL) {
    cli_complain("--%s takes no value", r->name);
    return false;
  }
  if (r->argument != NULL) {
    if (equals != NULL)
      value = equals + 1;
    else if (text[1] != '-' && text[2] != '\0')
      value = text + 2;
    else if (*at + 1 < argc)
      value = argv[++*at];
    if (value == NULL) {
      cli_complain("--%s wants a value: %s", r->name, r->wanted);
      return false;
    }
  }
  if (take_value(options, r, value)) {
    if ((r->commands & LOCAL) == 0)
      record(options, argv, first, *at);
    return true;
  }
  cli_complain("--%s %s: %s is wanted", r->name, value, r->wanted);
  return false;
}

bool cli_options_parse(cli_options *options, const cli_command *command, int argc, char **argv, int first) {
  bool only_arguments = false;
  options->recorded[options->recorded_count++] = "gradcheck";
  options->recorded[options->recorded_count++] = command->name;
  for (int i = first; i < argc; i++) {
    if (!only_arguments && strcmp(argv[i], "--") == 0)
      only_arguments = true;
    else if (only_arguments || argv[i][0] != '-' || argv[i][1] == '\0') {
      options->arguments[options->argument_count++] = argv[i];
      record(options, argv, i, i);
    } else if (!parse_option(options, command, argc, argv, &i))
      return false;
  }
  if (options->help || options->version || options->man || options->cflags)
    return true;
  if (options->argument_count == 0 && command->usual != NULL)
    options->arguments[options->argument_count++] = command->usual;
  if (options->argument_count < command->least || options->argument_count > command->most) {
    cli_complain("usage: gradcheck %s [OPTION...] %s", command->name, command->synopsis);
    return false;
  }
  return true;
}

static void print_row(const row *r, FILE *out) {
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
    for (size_t i = 0; i < ROWS; i++)
      if (rows[i].commands & command->bit)
        print_row(&rows[i], out);
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
  for (size_t i = 0; i < ROWS; i++) {
    (void)fprintf(out, ".TP\n.B \\-\\-");
    print_troff(rows[i].name, out);
    (void)fprintf(out, " %s\n", rows[i].argument != NULL ? rows[i].argument : "");
    print_troff(rows[i].help, out);
    (void)fprintf(out, ".");
    const char *before = " (";
    if (rows[i].commands != ANY) {
      for (size_t c = 0; c < count; c++) {
        if ((rows[i].commands & commands[c].bit) == 0)
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
