/*
 * The command line's options: one table of rows that is parsed by, prints --help, and prints the man page.
 */
#ifndef GCHK_CLI_OPTIONS_H
#define GCHK_CLI_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "gradcheck/report.h"

/* The values of an option that may be given several times. */
typedef struct cli_option_texts {
  const char **at;
  size_t count;
} cli_option_texts;

/* On cases of every precision, and of one; 0: none. */
typedef struct cli_thresholds {
  double all, f64, f32;
} cli_thresholds;

typedef struct cli_options {
  cli_option_texts filters, twins, compared;
  uint64_t seed;
  double step; /* 0: adaptive */
  gchk_dtype dtype;
  cli_thresholds threshold;
  size_t jobs;
  double timeout_s;
  uint64_t memory_mib;
  uint64_t shard, shards;
  uint64_t budget;
  const char *reports[GCHK_FORMAT_COUNT]; /* the file of each format, or NULL */
  const char *html_dir, *events, *dump;
  const char *baseline, *save_baseline;
  const char *color; /* "auto", "always", "never" */
  const char *svg, *dot, *mermaid, *csv, *weights;
  int digits;               /* of a graph's numbers; 0: as its drawings have them */
  const char *weights_read; /* of evaluate */
  uint64_t iterations, batch, check_every;
  size_t threads; /* of the BLAS; 0: all processors */
  double rate;
  const char *optimiser;
  bool strict, allow_inconclusive, force, no_isolation, no_probes, no_twin, quiet, verbose, help, version, man, cflags;
  const char **arguments; /* what is not an option, in order */
  size_t argument_count;
  const char *
      *recorded; /* the command, without its arguments about reports, jobs and limits: the result depends on it */
  size_t recorded_count;
} cli_options;

/* A command: `gradcheck NAME ...`. */
typedef struct cli_command {
  const char *name;
  const char *synopsis; /* "[TARGET...]" */
  const char *summary;
  unsigned bit;       /* in the rows of the option table */
  size_t least, most; /* how many arguments it takes */
  int (*run)(const cli_options *options);
  const char *usual; /* the argument where there is none; NULL: none */
} cli_command;

/*
 * Reads argv[first ...] into `options`, whose `arguments`, `recorded`, `filters`, `twins` and `compared` must have room
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

/* --help of one command, or of all when `command` is NULL. */
void cli_print_help(const cli_command *commands, size_t count, const cli_command *command, FILE *out);

/* The man page, gradcheck(1). */
void cli_print_man(const cli_command *commands, size_t count, FILE *out);

enum {
  CMD_RUN = 1 << 0,
  CMD_LIST = 1 << 1,
  CMD_EXPLAIN = 1 << 2,
  CMD_GRAPH = 1 << 3,
  CMD_TRAIN = 1 << 4,
  CMD_REPORT = 1 << 5,
  CMD_DIFF = 1 << 6,
  CMD_MERGE = 1 << 7,
  CMD_EVALUATE = 1 << 8
};

#endif
