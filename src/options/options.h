/*
 * The command line's options: what they set, and who takes them.
 */
#ifndef GCHK_OPTIONS_OPTIONS_H
#define GCHK_OPTIONS_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

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
  cli_option_texts filters, twins, compared, expected, renamed;
  uint64_t seed, seeds;
  const char *last_failed;
  double step; /* 0: adaptive */
  gchk_dtype dtype;
  cli_thresholds threshold;
  size_t jobs;
  double timeout_s;
  uint64_t memory_mib;
  uint64_t shard, shards;
  const char *store;
  bool divided;
  bool helps; /* only with the elements of cases whose result another program makes (part_of_run.h) */
  uint64_t budget;
  bool full;
  const char *reports[GCHK_FORMAT_COUNT]; /* the file of each format, or NULL */
  const char *html_dir, *events, *dump;
  const char *baseline, *save_baseline;
  const char *output;                         /* of init */
  const char *functions, *equivalent, *check; /* of mutate */
  uint64_t limit;
  double min_score;  /* from 0 to 1 */
  const char *color; /* "auto", "always", "never" */
  const char *svg, *dot, *mermaid, *csv, *weights;
  int digits;               /* of a graph's numbers; 0: as its drawings have them */
  const char *weights_read; /* of evaluate */
  uint64_t iterations, batch, check_every;
  size_t threads; /* of the BLAS; 0: all processors */
  double rate;
  const char *optimiser;
  const char *completion; /* the shell; NULL: not asked for */
  bool strict, allow_inconclusive, fail_fast, force, no_isolation, no_probes, no_twin, quiet, verbose, help, version,
      man, cflags;
  double min_reach;       /* a share; 0: none */
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

enum {
  CMD_RUN = 1 << 0,
  CMD_LIST = 1 << 1,
  CMD_EXPLAIN = 1 << 2,
  CMD_GRAPH = 1 << 3,
  CMD_TRAIN = 1 << 4,
  CMD_REPORT = 1 << 5,
  CMD_DIFF = 1 << 6,
  CMD_MERGE = 1 << 7,
  CMD_EVALUATE = 1 << 8,
  CMD_ACCEPT = 1 << 9,
  CMD_NEW = 1 << 10,
  CMD_INIT = 1 << 11,
  CMD_MUTATE = 1 << 12
};

#endif
