/*
 * f32 layers that have a double twin from the same source.
 *
 * The twin is differentiated, at the values that the f32 instance holds, so that differences cost no digits; the f32
 * backward is then compared within what float may do to it (slack.c).
 */
#include "measure/twin.h"

#include <string.h>

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

/* Slack and terms of a tensor before a twin was asked. */
typedef struct kept_slack {
  double *slack[GCHK_MAX_DRAWS];
  double terms[GCHK_MAX_DRAWS];
} kept_slack;

static kept_slack *keep_slack(const gchk_case_work *work, gchk_arena *arena) {
  kept_slack *kept = arena != NULL ? gchk_arena_alloc(arena, work->tensor_count, sizeof *kept) : NULL;
  for (size_t k = 0; kept != NULL && k < work->tensor_count; k++)
    for (size_t d = 0; d < work->draw_count; d++) {
      kept[k].slack[d] =
          gchk_arena_copy(arena, work->tensors[k].slack[d], work->tensors[k].total, sizeof *kept[k].slack[d]);
      kept[k].terms[d] = work->tensors[k].terms[d];
    }
  return arena != NULL && gchk_arena_has_failed(arena) ? NULL : kept;
}

static void take_back(gchk_case_work *work, const kept_slack *kept) {
  for (size_t k = 0; k < work->tensor_count; k++)
    for (size_t d = 0; d < work->draw_count; d++) {
      memcpy(work->tensors[k].slack[d], kept[k].slack[d], work->tensors[k].total * sizeof *kept[k].slack[d]);
      work->tensors[k].terms[d] = kept[k].terms[d];
    }
}

/*
 * Slack beside the twin. Where it does not explain what float loses, and the outputs say that float saturates here, it
 * is as it was before: the loss is that of float, which the twin knows nothing of.
 */
static gchk_status measure_slack(gchk_case_work *work, gchk_instance *single, bool *saturates, gchk_error *error) {
  gchk_arena *arena = gchk_arena_new();
  const kept_slack *before = keep_slack(work, arena);
  bool is_open = false;
  gchk_status status = before != NULL ? gchk_measure_twin_slack(work, single, &is_open, error)
                                      : gchk_fail_memory(error, "the conditioning of gradients");
  *saturates = false;
  if (status == GCHK_OK && is_open) {
    status = gchk_float_saturates(work, single, saturates, error);
    gchk_copy_values(single, work->instance);
  }
  if (status == GCHK_OK && *saturates)
    take_back(work, before);
  gchk_arena_free(arena);
  return status;
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
  GCHK_TRY(measure_slack(work, single, &is_saturated, error));
  if (is_saturated)
    return set_aside(
        work,
        "float saturates at this base point: its outputs are off from those of its double twin by far more "
        "than at values a sixteenth as large",
        error);
  GCHK_TRY(gchk_instance_forward(twin, error));
  return gchk_instance_outputs(twin, work->y, error);
}
