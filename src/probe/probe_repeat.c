/*
 * Probe: the same call twice.
 *
 * A forward that varies by more than rounding makes every difference quotient meaningless: the case is refused. Fresh
 * copies of the layer tell why: where two of them agree on their first forward, the layer remembers earlier calls;
 * where they do not, there is something random in it. A backward must be repeatable too, and must not use up what it
 * needs. What varies by rounding (sums in another order) is measured later (measure/spread.h) and no finding.
 */
#include "probe/probe_repeat.h"

#include <string.h>

#include "calls/probe_race.h"
#include "calls/probe_spread.h"
#include "core/memory.h"

/*
 * A second backward after one forward is more than gradcheck asks for: that it differs is worth a note, as for the
 * training step whose backward changes the weights that forward loaded.
 */
static void note_consumed_state(gchk_probe *probe, const gchk_variation *change) {
  const gchk_tensor *t = &probe->instance->t[change->tensor];
  char index[GCHK_INDEX_TEXT];
  gchk_finding *finding = gchk_probe_report(
      probe, GCHK_CODE_BACKWARD_CONSUMES_STATE, t->name,
      "two backwards after one forward gave different gradients: %s%s is %.9g and then %.9g, more than the order of "
      "additions explains (%.2g)",
      t->name, gchk_index_format(&t->shape, change->element, index, sizeof index), change->clean, change->found,
      change->limit);
  if (finding != NULL)
    finding->is_note = true;
  gchk_finding_list *list = &probe->work->findings;
  gchk_finding_number(list, finding, "index", (double)change->element);
  gchk_finding_number(list, finding, "first", change->clean);
  gchk_finding_number(list, finding, "second", change->found);
}

// Repeats forward, then both; *varies: something was not the same bit for bit. *change is what is beyond rounding.
static gchk_status repeat_calls(gchk_probe *probe, bool *varies, gchk_variation *change, gchk_error *error) {
  const gchk_case_work *work = probe->work;
  gchk_instance *instance = probe->instance;
  const size_t m = work->output_count;
  enum { FORWARDS = 2 };
  size_t same = m;
  for (int k = 0; k < FORWARDS && same == m; k++) {
    GCHK_TRY(gchk_probe_forward(probe, instance, "first forwards", error));
    GCHK_TRY(gchk_instance_outputs(instance, probe->y, error));
    same = gchk_first_beyond(work->y, probe->y, NULL, m);
  }
  double *first = probe->v; // of the forwards that varied
  memcpy(first, probe->y, m * sizeof *first);
  GCHK_TRY(gchk_probe_call(probe, "first backward", &probe->base, error));
  *varies = same < m || gchk_first_beyond(work->y, probe->y, NULL, m) < m;
  GCHK_TRY(gchk_probe_compare(probe, first, NULL, NULL, change, error));
  if (!change->is_there)
    GCHK_TRY(gchk_probe_compare(probe, probe->y, NULL, NULL, change, error));
  if (change->is_there)
    return GCHK_OK;
  GCHK_TRY(gchk_probe_call(probe, "same forward and backward again", &probe->other, error));
  *varies = *varies || gchk_first_beyond(work->y, probe->y, NULL, m) < m;
  for (size_t i = 0; i < instance->tensor_count && !*varies; i++)
    *varies = probe->base.of[i] != NULL && gchk_first_beyond(probe->base.of[i], probe->other.of[i], NULL,
                                                             instance->t[i].count) < instance->t[i].count;
  return gchk_probe_compare(probe, probe->y, &probe->other, NULL, change, error);
}

// The gradients of a second backward after the last forward.
static gchk_status second_backward(gchk_probe *probe, gchk_variation *change, gchk_error *error) {
  GCHK_TRY(
      gchk_probe_backward(probe, probe->instance, probe->upstream, NULL, "second backward after one forward", error));
  gchk_gradients_read(probe->instance, &probe->other);
  return gchk_probe_compare(probe, NULL, &probe->other, NULL, change, error);
}

gchk_status gchk_probe_repeat(gchk_probe *probe, gchk_error *error) {
  bool varies;
  gchk_variation change;
  GCHK_TRY(repeat_calls(probe, &varies, &change, error));
  // Once it varies at all, two calls say little about how much.
  if (varies) {
    gchk_variation several;
    GCHK_TRY(gchk_probe_control(probe, &several, error));
    change = several.is_there ? several : change;
  }
  // Threads that add to one sum seldom meet by themselves.
  if (!change.is_there && gchk_probe_has_company(probe))
    GCHK_TRY(gchk_probe_provoke_race(probe, &change, error));
  if (change.is_there)
    return gchk_probe_report_variation(probe, &change, error);
  probe->is_repeatable = true;
  GCHK_TRY(second_backward(probe, &change, error));
  if (change.is_there)
    note_consumed_state(probe, &change);
  return GCHK_OK;
}
