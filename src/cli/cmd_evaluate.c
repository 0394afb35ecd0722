/* gradcheck evaluate CASE: the accuracy of a network with weights from a file, or with those that it starts from. */
#include <math.h>

#include "commands.h"
#include "common.h"
#include "train_session.h"

static gchk_status evaluate(train_session *s, gchk_error *error) {
  if (s->options->weights_read != NULL)
    GCHK_TRY(gchk_trainer_load_weights(s->trainer, s->options->weights_read, error));
  GCHK_TRY(train_session_evaluate(s, error));
  if (isnan(s->points[0].train_accuracy))
    return gchk_fail(error, GCHK_INVALID,
                     "%s has no accuracy: the last layer of its network compares no scores (N, classes) with labels or "
                     "one-hot rows",
                     s->record.name);
  return GCHK_OK;
}

int cli_evaluate(const cli_options *options) {
  gchk_error error = {GCHK_OK, ""};
  train_session session;
  gchk_status status = train_session_open(&session, options, &error);
  if (status == GCHK_OK)
    status = evaluate(&session, &error);
  const int code = status == GCHK_OK ? 0 : cli_fail(&error);
  if (status == GCHK_OK) {
    const char *weights = options->weights_read;
    (void)cli_say(gchk_output(), "\n", "EVALUATED  %s: weights %s%s, %s", session.record.name,
                  weights != NULL ? "of " : "as the case starts from", weights != NULL ? weights : "",
                  gchk_dtype_name(session.record.dtype));
    train_session_print_accuracy(&session, gchk_output());
  }
  train_session_close(&session);
  return code;
}
