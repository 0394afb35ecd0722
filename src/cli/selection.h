/* Which cases of the targets are taken: --filter and --last-failed; and what is expected of them: --xfail. */
#ifndef GCHK_CLI_SELECTION_H
#define GCHK_CLI_SELECTION_H

#include "gradcheck/check.h"
#include "options/options.h"
#include "options/texts.h"

/* A case of the last run; its name is the result's. */
typedef struct cli_last_case {
  const char *name;
  gchk_dtype dtype;
  bool has_passed; /* it is not run again */
} cli_last_case;

typedef struct cli_selection {
  const cli_options *options;
  gchk_result *last;         /* of --last-failed; NULL: there is none */
  cli_last_case *last_cases; /* its cases, in order */
  size_t failed, taken;      /* how many of them did not pass, and how many of these are taken */
  const char **expected;     /* the patterns of --xfail */
  size_t *expected_uses;     /* and how many cases each matches */
  cli_texts texts;
} cli_selection;

/* Reads the result of --last-failed; GCHK_IO, GCHK_INVALID. To be closed either way. */
gchk_status cli_selection_open(cli_selection *selection, const cli_options *options, gchk_error *error) GCHK_MUST_USE;
void cli_selection_close(cli_selection *selection);

/* Is the case, which `label` calls with its seed, taken? */
bool cli_selection_takes(cli_selection *selection, const gchk_case *c, const char *label);

/* May a case of this name be taken that has one seed? The layer, which is not known yet, says the rest. */
bool cli_selection_may_take(const cli_selection *selection, const char *name);

/* Where a pattern of --xfail matches the case and its suite expects nothing, it is expected to fail. */
void cli_selection_expect(cli_selection *selection, gchk_case *c);

/* When all cases of `title` were asked for: GCHK_INVALID where a pattern of --xfail matches none; says who is gone. */
gchk_status cli_selection_check(const cli_selection *selection, const char *title, gchk_error *error) GCHK_MUST_USE;

#endif
