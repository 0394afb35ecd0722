/* gradcheck: the command line. One file a command; the options are in the room beside. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cflags.h"
#include "commands.h"
#include "common.h"
#include "gradcheck/layers.h"
#include "gradcheck/suggest.h"
#include "gradcheck/suite.h"
#include "gradcheck/supervise.h"
#include "options/completion.h"
#include "options/man_pages.h"
#include "options/option_help.h"
#include "options/option_parser.h"
#include "paths.h"
#include "process/descriptors.h"
#include "process/signals.h"
#include "version.h"

static const cli_command commands[] = {
    {"run", "[TARGET...]", "Check suites (.yaml) and plug-ins (.so)", CMD_RUN, 0, 4096, cli_run, NULL},
    {"list", "[TARGET...]", "List cases, tensors and shapes", CMD_LIST, 0, 4096, cli_list, NULL},
    {"explain", "CASE[:TENSOR[I,J]] [TARGET] | WORD", "Explain one element, the worst one, or a word of a report",
     CMD_EXPLAIN, 1, 2, cli_explain, NULL},
    {"graph", "CASE [TARGET]", "Print a network with its values, gradients and local derivatives", CMD_GRAPH, 1, 2,
     cli_graph, NULL},
    {"train", "[CASE [TARGET]]", "Train a network with the gradients that were checked", CMD_TRAIN, 1, 2, cli_train,
     "digits"},
    {"evaluate", "[CASE [TARGET]]", "The accuracy of a network with trained weights", CMD_EVALUATE, 1, 2, cli_evaluate,
     "digits"},
    {"report", "RESULT.json", "Render the reports of a result again; exits as its run did", CMD_REPORT, 1, 1,
     cli_report, NULL},
    {"diff", "A.json B.json", "Compare two results; a regression exits 1", CMD_DIFF, 2, 2, cli_diff, NULL},
    {"accept", "RESULT.json BASELINE.json", "Make a result that passed the baseline, and say what changes by it",
     CMD_ACCEPT, 2, 2, cli_accept, NULL},
    {"merge", "A.json B.json...", "Put the results of shards together", CMD_MERGE, 1, 4096, cli_merge, NULL},
    {"new", "FILE.c", "Write a layer to fill in, which compiles and passes as it stands", CMD_NEW, 1, 1, cli_new, NULL},
    {"init", "KERNELS.h", "Write a plug-in for the functions of a header, for a person to correct", CMD_INIT, 1, 1,
     cli_init, NULL},
    {"mutate", "SOURCE.c [-- COMPILER ARGUMENT...]",
     "Put mistakes into backward, one at a time, and list those that the check does not catch", CMD_MUTATE, 1, 4096,
     cli_mutate, NULL},
};

enum { COMMANDS = sizeof commands / sizeof commands[0] };

/*
 * OpenBLAS has chosen its kernels by now, from the environment. Where it did not know the processor, it chooses once
 * more with the right ones named, which other processes find named too; a choice of the user's stays.
 */
static void correct_blas(char **argv) {
  const char *better = getenv("OPENBLAS_CORETYPE") == NULL ? gchk_blas_better_core() : NULL;
  if (better == NULL || setenv("OPENBLAS_CORETYPE", better, 1) != 0)
    return;
  if (!gchk_blas_choose_again())
    (void)execv("/proc/self/exe", argv);
  // It goes on with slower kernels where it cannot start again; the result names the core in use.
}

static const cli_command *find_command(const char *name) {
  for (size_t i = 0; i < COMMANDS; i++)
    if (strcmp(commands[i].name, name) == 0)
      return &commands[i];
  return NULL;
}

static const char *nearest_command(const char *wrong) {
  const char *names[COMMANDS];
  for (size_t i = 0; i < COMMANDS; i++)
    names[i] = commands[i].name;
  return gchk_suggest(wrong, names, COMMANDS);
}

typedef struct job {
  const cli_command *command;
  const cli_options *options;
} job;

static int run_job(void *context) {
  const job *j = context;
  return cli_flush(j->command->run(j->options));
}

/*
 * What opens plug-ins does so in a process of its own, for their start-up code, threads and destructors are as foreign
 * as their layers: the exit status is this process's to give. A debugger is led into it by --no-isolation.
 */
static int run_apart(const cli_command *command, const cli_options *options) {
  gchk_error error;
  // No command begins that would lose a file of its own.
  if (cli_paths_check(options, command->bit, NULL, 0, &error) != GCHK_OK)
    return cli_fail(&error);
  job j = {command, options};
  const unsigned opens = CMD_RUN | CMD_LIST | CMD_EXPLAIN | CMD_GRAPH | CMD_TRAIN | CMD_EVALUATE;
  if ((command->bit & opens) == 0)
    return run_job(&j);
  if ((command->bit & (CMD_TRAIN | CMD_EVALUATE)) == 0)
    gchk_blas_set_threads(1); // before the fork, or the threads are started there once more
  if (options->no_isolation)
    gchk_end_process(run_job(&j));
  const bool has_one_case = (command->bit & (CMD_EXPLAIN | CMD_GRAPH | CMD_TRAIN | CMD_EVALUATE)) != 0;
  const gchk_supervision setting = {.lost = EXIT_UNFINISHED,
                                    .timeout_s = options->timeout_s,
                                    .whose = has_one_case ? options->arguments[0] : "plug-ins"};
  char said[4096];
  const int status = gchk_supervise(run_job, &j, &setting, said, sizeof said);
  for (char *line = said, *end; (end = strchr(line, '\n')) != NULL; line = end + 1)
    cli_complain("%.*s", (int)(end - line), line);
  return status;
}

static int print_completion(const char *shell) {
  if (shell != NULL && cli_print_completion(shell, commands, COMMANDS, gchk_output()))
    return 0;
  cli_complain("--completion wants a shell: bash, zsh or fish");
  return EXIT_USAGE;
}

static int run_command(const cli_command *command, int argc, char **argv, int first) {
  cli_options options = {.seeds = 1,
                         .timeout_s = 60,
                         .memory_mib = 8192,
                         .shard = 1,
                         .shards = 1,
                         .jobs = 0,
                         .color = "auto",
                         .iterations = 10000,
                         .batch = 100,
                         .optimiser = "sgd",
                         .min_score = 1,
                         .threads = 1};
  const char ***const lists[] = {&options.arguments,   &options.recorded,    &options.filters.at, &options.twins.at,
                                 &options.compared.at, &options.expected.at, &options.renamed.at};
  enum { LISTS = sizeof lists / sizeof lists[0] };
  const size_t room = (size_t)argc + 1;
  const char **words = calloc(LISTS * room, sizeof *words);
  if (words == NULL) {
    cli_complain("out of memory");
    return EXIT_UNFINISHED;
  }
  for (size_t i = 0; i < LISTS; i++)
    *lists[i] = words + i * room;
  int status = EXIT_USAGE;
  if (cli_options_parse(&options, command, argc, argv, first)) {
    status = 0;
    if (options.help)
      cli_print_help(commands, COMMANDS, command, gchk_output());
    else if (options.version)
      cli_print_version();
    else if (options.cflags)
      status = cli_print_cflags();
    else if (options.man)
      cli_print_man(commands, COMMANDS, command, gchk_output());
    else if (options.completion != NULL)
      status = print_completion(options.completion);
    else
      status = run_apart(command, &options);
  }
  free(words);
  return status;
}

/* Manuals of what is no command. */
static const struct {
  const char *topic;
  void (*print)(FILE *out);
} manuals[] = {{"suite", gchk_suite_manual}, {"layers", gchk_layers_manual}};
enum { MANUALS = sizeof manuals / sizeof manuals[0] };

/* `gradcheck help [TOPIC]`: a topic is a command, or a manual. */
static int print_topic(const char *topic) {
  const cli_command *command = topic != NULL ? find_command(topic) : NULL;
  if (topic == NULL || command != NULL) {
    cli_print_help(commands, COMMANDS, command, gchk_output());
    return cli_flush(0);
  }
  for (size_t i = 0; i < MANUALS; i++)
    if (strcmp(topic, manuals[i].topic) == 0) {
      manuals[i].print(gchk_output());
      return cli_flush(0);
    }
  (void)cli_say(gchk_errors(), "", "gradcheck: there is no help on '%s'; the topics are %s", topic, manuals[0].topic);
  for (size_t i = 1; i < MANUALS; i++)
    (void)fprintf(gchk_errors(), ", %s", manuals[i].topic);
  for (size_t i = 0; i < COMMANDS; i++)
    (void)fprintf(gchk_errors(), ", %s", commands[i].name);
  (void)fprintf(gchk_errors(), "\n");
  return EXIT_USAGE;
}

int main(int argc, char **argv) {
  cli_open_descriptors();
  (void)gchk_bound_errors(); // out of memory so soon, it says so or not
  if (argc < 2) {
    cli_print_help(commands, COMMANDS, NULL, gchk_errors());
    return EXIT_USAGE;
  }
  const char *name = argv[1];
  if (strcmp(name, "--version") == 0) {
    cli_print_version();
    return cli_flush(0);
  }
  if (strcmp(name, "--cflags") == 0)
    return cli_flush(cli_print_cflags());
  if (strcmp(name, "--man") == 0) {
    cli_print_man(commands, COMMANDS, NULL, gchk_output());
    return cli_flush(0);
  }
  if (strcmp(name, "--completion") == 0)
    return cli_flush(print_completion(argc > 2 ? argv[2] : NULL));
  if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0 || strcmp(name, "help") == 0)
    return print_topic(argc > 2 ? argv[2] : NULL);
  const cli_command *command = find_command(name);
  if (command == NULL) {
    const char *meant = nearest_command(name);
    (void)cli_say(gchk_errors(), "", "gradcheck: '%s' is no command; %s%s%sthere are", name,
                  meant != NULL ? "did you mean " : "", meant != NULL ? meant : "", meant != NULL ? "? " : "");
    for (size_t i = 0; i < COMMANDS; i++)
      (void)fprintf(gchk_errors(), "%s %s", i == 0 ? "" : ",", commands[i].name);
    (void)fprintf(gchk_errors(), " (a file is checked by `gradcheck run FILE`)\n");
    return EXIT_USAGE;
  }
  correct_blas(argv);
  cli_ignore_size_limit();
  return cli_flush(run_command(command, argc, argv, 2));
}
