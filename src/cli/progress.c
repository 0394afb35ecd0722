/* Progress on standard error. */
#include "progress.h"

#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "common.h"
#include "gradcheck/event.h"
#include "process/seconds.h"

static const double redraw_every_s = 0.1, sign_of_life_every_s = 30;
enum { TURN_MS = 20, PATIENCE_MS = 2000 };

void cli_progress_init(cli_progress *progress, bool quiet, FILE *events, const char *const *labels) {
  *progress = (cli_progress){
      .labels = labels, .is_terminal = isatty(gchk_errors_descriptor()) == 1, .is_quiet = quiet, .events = events};
  progress->began = progress->last = cli_seconds();
}

// Progress is for whoever reads it: nobody is waited for, or not for long.
static bool is_read(cli_progress *progress) {
  struct pollfd errors = {.fd = gchk_errors_descriptor(), .events = POLLOUT};
  while (poll(&errors, 1, TURN_MS) == 0)
    if ((progress->waited_ms += TURN_MS) > PATIENCE_MS)
      return false;
  return true;
}

static void clear_line(cli_progress *progress) {
  if (progress->line_length > 0)
    (void)fprintf(gchk_errors(), "\r%*s\r", progress->line_length, "");
  progress->line_length = 0;
}

static void draw_line(cli_progress *progress, const gchk_progress *what, double elapsed) {
  double done = (double)what->elements_done, total = (double)what->elements_total;
  double rate = elapsed > 0 ? done / elapsed : 0;
  double left = rate > 0 && total > done ? (total - done) / rate : 0;
  clear_line(progress);
  progress->line_length =
      cli_say(gchk_errors(), "", "%zu/%zu cases  %.0f/%.0f elements  %.0f/s  %.0f s left  %s: %s", what->cases_done,
              what->cases_total, done, total, rate, left, what->case_name, what->stage);
  (void)fflush(gchk_errors());
}

static void tell_terminal(cli_progress *progress, const gchk_progress *what, double t) {
  if (t - progress->last < redraw_every_s)
    return;
  progress->last = t;
  draw_line(progress, what, t - progress->began);
}

// Whether a case passes with undecided elements is settled when all cases are there.
static const char *verdict_so_far(const gchk_case_result *c) {
  bool is_open = false;
  for (size_t k = 0; k < c->tensor_count; k++) {
    if (c->tensors[k].verdict == GCHK_INCONCLUSIVE && !c->tensors[k].undecided.is_only_lack)
      return gchk_verdict_name(c->verdict);
    is_open = is_open || c->tensors[k].undecided.is_only_lack;
  }
  return is_open && c->verdict == GCHK_INCONCLUSIVE ? "has undecided elements" : gchk_verdict_name(c->verdict);
}

static void tell_log(cli_progress *progress, const gchk_progress *what, double t) {
  if (what->finished != NULL) {
    progress->last = t;
    (void)cli_say(gchk_errors(), "\n", "%s: %s (%zu of %zu, %.1f s)", what->case_name, verdict_so_far(what->finished),
                  what->cases_done, what->cases_total, what->finished->wall_s);
  } else if (t - progress->last >= sign_of_life_every_s) {
    progress->last = t;
    (void)cli_say(gchk_errors(), "\n", "%s: %s, %.0f of %.0f elements after %.0f s", what->case_name, what->stage,
                  (double)what->elements_done, (double)what->elements_total, t - progress->began);
  }
}

static void tell(cli_progress *progress, const gchk_progress *what) {
  double t = cli_seconds();
  if (progress->events != NULL && !progress->events_failed &&
      gchk_event_progress(progress->events, what, &progress->events_error) != GCHK_OK)
    progress->events_failed = true;
  if (progress->is_quiet || !is_read(progress))
    return;
  if (progress->is_terminal)
    tell_terminal(progress, what, t);
  else
    tell_log(progress, what, t);
}

/* Cases that differ in their seeds have one name while they are checked. */
void cli_progress_tell(void *context, const gchk_progress *what) {
  cli_progress *progress = context;
  gchk_progress labelled = *what;
  gchk_case_result finished;
  labelled.case_name = progress->labels[what->case_index];
  if (what->finished != NULL && strcmp(labelled.case_name, what->case_name) != 0) {
    finished = *what->finished;
    finished.name = labelled.case_name;
    labelled.finished = &finished;
  }
  tell(progress, &labelled);
}

void cli_progress_end(cli_progress *progress) {
  if (is_read(progress))
    clear_line(progress);
}
