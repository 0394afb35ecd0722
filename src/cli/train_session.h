/* One training run: what it works on, and what it has recorded so far. */
#ifndef GCHK_CLI_TRAIN_SESSION_H
#define GCHK_CLI_TRAIN_SESSION_H

#include "gradcheck/train.h"
#include "gradcheck/train_report.h"
#include "options.h"
#include "texts.h"

typedef struct train_session {
  const cli_options *options;
  const char *path, *title; /* of the suite */
  gchk_suite *suite;
  size_t *twin_uses; /* layers that got their twins from each file of --twin */
  gchk_suite_training training;
  gchk_trainer *trainer;
  const volatile int *interrupt;
  size_t threads; /* of the BLAS, while it trains */

  cli_texts texts; /* of the record */
  double *loss;
  gchk_train_point *points;
  gchk_train_check *checks;
  gchk_train_record record;
  gchk_result *wrong; /* the check that stopped it, or NULL */
  const char *dead;   /* what the last check said of dead units; "" */
  double began, told; /* seconds on the monotonic clock */
  bool is_terminal;
  int line_length; /* of the line on the terminal */
} train_session;

/* Opens suite and data, and sets up the network at its initial weights. To be closed even when it fails. */
gchk_status train_session_open(train_session *session, const cli_options *options, gchk_error *error) GCHK_MUST_USE;
void train_session_close(train_session *session);

/*
 * Trains until it is done, interrupted, or stopped: by a wrong gradient or by a loss that is not finite. All of these
 * are in the record and no errors.
 */
gchk_status train_session_run(train_session *session, gchk_error *error) GCHK_MUST_USE;

#endif
