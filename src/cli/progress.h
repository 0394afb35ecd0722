/*
 * Progress on standard error: a line that moves on a terminal, otherwise a line a case and a sign of life every 30 s.
 */
#ifndef GCHK_CLI_PROGRESS_H
#define GCHK_CLI_PROGRESS_H

#include <stdbool.h>
#include <stdio.h>

#include "gradcheck/check.h"

typedef struct cli_progress {
  bool is_terminal, is_quiet;
  const char *const *labels; /* what the cases are called */
  FILE *events;              /* NULL: none */
  bool events_failed;        /* from then on none is written */
  gchk_error events_error;   /* why */
  double began, last;
  int line_length; /* of the line on the terminal */
  int waited_ms;   /* for a reader of standard error */
} cli_progress;

void cli_progress_init(cli_progress *progress, bool quiet, FILE *events, const char *const *labels);
void cli_progress_tell(void *progress, const gchk_progress *what); /* gchk_options.progress */
void cli_progress_end(cli_progress *progress);                     /* takes the line away */

#endif
