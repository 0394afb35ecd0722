/*
 * f32 layers that have a double twin from the same source.
 *
 * The twin is differentiated, at the values that the f32 instance holds, so that differences cost no digits; the f32
 * backward is then compared within what float may do to it (slack.c).
 */
#include "measure/twin.h"

#include "core/memory.h"
#include "measure/analytic.h"
#include "measure/long_sums.h"
#include "measure/move_values.h"
#include "measure/slack.h"
#include "measure/twin_match.h"
#include "start/case_instance.h"

/* Differences of the twin are not those of what float computes here, for the reason `why` (copied). */
static gchk_status set_aside(gchk_case_work *work, const char *why, gchk_error *error) {
  gchk_instance_free(work->instance);
  work->instance = work->single;
  work->single = NULL;
  gchk_finding_note(&work->findings, GCHK_CODE_TWIN_SET_ASIDE, "%s; the differences are those of the float forward",
                    why);
  gchk_allow_long_sums(work);
  return gchk_instance_forward(work->instance, error);
}

gchk_status gchk_use_twin(gchk_case_work *work, gchk_error *error) {
  gchk_instance *single = work->instance;
  gchk_instance *twin = NULL;
  gchk_case spec = *work->spec;
  bool is_saturated;
  spec.layer = single->layer->twin;
  GCHK_TRY(gchk_measure_slack(work, 0, work->draw_count, error));
  GCHK_TRY(gchk_case_instance(&spec, work->options->seed, &twin, error));
  work->single = single;
  work->instance = twin;
  gchk_error mismatch = {GCHK_OK, ""};
  const gchk_status status = gchk_twin_matches(work, single, &is_saturated, &mismatch);
  // Nobody declared this case: no reason to refuse the layer, and none to leave out what float computes in it.
  if (status == GCHK_INVALID && spec.auxiliary == GCHK_VARIED)
    return set_aside(work, mismatch.message, error);
  if (status != GCHK_OK)
    return gchk_fail(error, status, "%s", mismatch.message);
  if (is_saturated)
    return set_aside(work,
                     "float saturates at this base point: its outputs are not those of its double twin, which they are "
                     "at values a half to a sixteenth as large",
                     error);
  gchk_copy_values(single, twin);
  GCHK_TRY(gchk_measure_twin_slack(work, single, error));
  GCHK_TRY(gchk_instance_forward(twin, error));
  return gchk_instance_outputs(twin, work->y, error);
}
