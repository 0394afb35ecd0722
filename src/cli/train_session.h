/* One training run: what it works on, and what it has recorded so far. */
#ifndef GCHK_CLI_TRAIN_SESSION_H
#define GCHK_CLI_TRAIN_SESSION_H

#include "gradcheck/train.h"
#include "gradcheck/train_report.h"
#include "options/options.h"
#include "options/texts.h"

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
  size_t printed;     /* iterations up to the last row that was printed */
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

/* The accuracies of now on all rows of both parts, as one more point of the record. */
gchk_status train_session_evaluate(train_session *session, gchk_error *error) GCHK_MUST_USE;

/* Where the rows of epochs and the summary go: standard error where standard output has a file of the options. */
FILE *train_session_output(const cli_options *options);

/* "accuracy 0.9839 on 1437 training rows, 0.9694 on 360 test rows", of the last point; nothing without one. */
void train_session_print_accuracy(const train_session *session, FILE *out);

#endif
