/* The targets of a command: suites and plug-ins, opened, and their cases in one list. */
#ifndef GCHK_CLI_TARGETS_H
#define GCHK_CLI_TARGETS_H

#include "case_names.h"
#include "gradcheck/check.h"
#include "gradcheck/suite.h"
#include "options/options.h"

typedef struct cli_targets cli_targets;

/*
 * Opens the targets, or the built-in suite when there are none, and lists their cases, those that the filters and the
 * shard select; their data are read, and those of others are not. `place` begins with the name of the one case that is
 * looked at; NULL: all that are listed. GCHK_INVALID or GCHK_IO with what is wrong; nothing is left open then.
 */
gchk_status cli_targets_open(cli_targets **targets, const char *const *paths, size_t count, const char *place,
                             const cli_options *options, gchk_error *error) GCHK_MUST_USE;
void cli_targets_close(cli_targets *targets);

/* Adds the files that they are made of: as gchk_origins_add. */
gchk_status cli_targets_add_origins(const cli_targets *targets, gchk_origins *origins, gchk_error *error) GCHK_MUST_USE;

/* The suites among them, one after the other; NULL after the last. */
const gchk_suite *cli_targets_suite(const cli_targets *targets, size_t index);

const gchk_case *cli_targets_cases(const cli_targets *targets, size_t *count);

/* What each of them is called: as it is named, "affine seed 3" for the others of --seeds. */
const char *const *cli_targets_labels(const cli_targets *targets);

/* Are they the ones of a last run, by --last-failed? */
bool cli_targets_are_repeated(const cli_targets *targets);

/* How many cases there were before filters and shard; what to call all of it: "textbook.yaml". */
size_t cli_targets_case_total(const cli_targets *targets);
size_t cli_targets_selected(const cli_targets *targets); /* how many of them the filters leave, before the shard */
const cli_case_names *cli_targets_names(const cli_targets *targets); /* of all that there were */
const char *cli_targets_title(const cli_targets *targets);

/* The one case called `name`; NULL with a message that lists near ones. */
const gchk_case *cli_targets_find(const cli_targets *targets, const char *name, gchk_error *error);

/* The path of the built-in suite. */
gchk_status cli_builtin_suite(char *path, size_t size, gchk_error *error) GCHK_MUST_USE;

#endif
