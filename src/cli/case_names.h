/* What the cases of all targets are called, selected or not. */
#ifndef GCHK_CLI_CASE_NAMES_H
#define GCHK_CLI_CASE_NAMES_H

#include "gradcheck/check.h"

/* Cases are told apart by name, precision and target: in baselines, by merge, in the command that runs one again. */
typedef struct cli_case_name {
  const char *name, *target, *file;
  int line;
  gchk_dtype dtype;
  bool is_elsewhere; // it is selected, and of another shard
} cli_case_name;

typedef struct cli_case_names {
  cli_case_name *of;
  size_t count;
} cli_case_names;

/* The case by the name of `label`; all that it points to is borrowed. GCHK_NO_MEMORY. */
gchk_status cli_case_names_add(cli_case_names *names, const gchk_case *c, const char *label, bool is_elsewhere,
                               gchk_error *error) GCHK_MUST_USE;
void cli_case_names_deinit(cli_case_names *names);

/* Puts them in order. GCHK_INVALID where two cannot be told apart, with their places. */
gchk_status cli_case_names_check(cli_case_names *names, gchk_error *error) GCHK_MUST_USE;

/* Those of other shards, as a run's description takes them; the caller frees the array. GCHK_NO_MEMORY. */
gchk_status cli_case_names_elsewhere(const cli_case_names *names, gchk_case_result **rows, size_t *count,
                                     gchk_error *error) GCHK_MUST_USE;

#endif
