/*
 * What a command reads and writes: every file that it writes is one of its own.
 *
 * Whoever names one file twice has made a mistake, and what is lost by it is a suite, a baseline or a report that
 * somebody believes to be there. Files are the same that are reached by other spellings, symbolic or hard links.
 */
#ifndef GCHK_CLI_PATHS_H
#define GCHK_CLI_PATHS_H

#include "gradcheck/suite.h"
#include "options/options.h"

typedef enum cli_path_kind {
  PATH_IS_READ,
  PATH_IS_TARGET, /* read, and once: a target that is there twice has each of its cases twice */
  PATH_IS_WRITTEN,
  PATH_IS_FOLDER /* of which everything is written */
} cli_path_kind;

typedef struct cli_path {
  const char *what; /* "--json", "the target" */
  const char *path; /* NULL: there is none */
  cli_path_kind kind;
} cli_path;

/* The files that an open suite has read, against those of the command's options; as cli_paths_check. */
gchk_status cli_paths_check_suite(const cli_options *options, unsigned command, const gchk_suite *suite,
                                  gchk_error *error) GCHK_MUST_USE;

/*
 * The files that the command's options name, and `more`: GCHK_INVALID with the names of two that are the same, where
 * one of them is written or both are targets. Standard output, pipes and devices may be named several times.
 */
gchk_status cli_paths_check(const cli_options *options, unsigned command, const cli_path *more, size_t more_count,
                            gchk_error *error) GCHK_MUST_USE;

#endif
