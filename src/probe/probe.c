/*
 * Probing the calling contract: the probes in their order, and the control that all have.
 *
 * What each accuses of, the evidence, and what is verified first. "Clean" is the same call at the base point; "limits"
 * are what rounding explains of each output and element: sums in another order (measure/reordering.h), and what is left
 * of terms that cancel (probe_spread.c). What compares calls is asked only where repeats differ by no more than limits.
 *
 *   finding                      evidence                                premises and control
 *   guard-zone, writes-*,        bytes before and after one call         none: it is one call
 *     forward-writes-gradient
 *   forward-not-repeatable,      repeats differ; 8 more of both; races   more than limits; races only where other
 *     backward-not-repeatable      are provoked (probe_race.c)             threads show in the CPU time
 *   backward-consumes-state      2 backwards after one forward: a note   more than limits
 *   unwritten-output             elements keep two patterns              no leading dimension of rows
 *   reads-unwritten,             clean against poisoned buffers, or      more than limits
 *     reads-beyond-buffer          other bytes beside them
 *   overwrites-, accumulates-,   backward onto zeros and two patterns    more than limits, and patterns 32 times
 *     unwritten-, reads-gradient,                                          as large as these
 *     mixed-gradient-rule
 *   ignores-upstream,            g(-2v), g(0), g(v + w) against g(v)     g(v) is more than rounding; 5 times limits
 *     not-linear-in-upstream
 *   stale-state                  A, B, backward B against B, B and       B differs from A and is finite; limits and
 *                                  against a fresh copy                    spread at B; copies agree at A
 *   stale-state, first call      the gradient at B is that at A          along two lines differences fit at A, not
 *                                                                          at B, and differ by more than both bounds
 *   wrong-at-ties                a tied group moved together             each right alone, one kinks; limits
 *   null-gradient                clean against one gradient left out     more than limits
 *   batch-inconsistent           a batch against its samples             outputs agree at two other points too; a
 *                                                                          loss is their sum or their mean, not both
 *   thread-dependent             2 and 8 threads, races provoked         one thread varies within limits
 *
 * A finding that compares calls is dropped where eight clean repeats show that the layer varies by itself, or where the
 * probe, asked again, does not find it: then there is one finding, that the layer is not repeatable, and what was not
 * asked is named in it.
 */
#include "probe/probe.h"

#include <stdio.h>
#include <string.h>

#include "calls/probe_spread.h"
#include "calls/quiet.h"
#include "core/memory.h"
#include "instance/precision.h"
#include "instance/under_way.h"
#include "measure/variable.h"
#include "probe/probe_batch.h"
#include "probe/probe_forward_reads.h"
#include "probe/probe_history.h"
#include "probe/probe_optional.h"
#include "probe/probe_poison.h"
#include "probe/probe_repeat.h"
#include "probe/probe_rules.h"
#include "probe/probe_scratch.h"
#include "probe/probe_threads.h"
#include "probe/probe_ties.h"
#include "probe/probe_upstream.h"

static gchk_status start(gchk_probe *probe, gchk_error *error) {
  const gchk_instance *instance = probe->instance;
  for (size_t i = 0; i < instance->tensor_count; i++)
    if (instance->t[i].count > probe->largest_count)
      probe->largest_count = instance->t[i].count;
  probe->unit = gchk_coarsest_unit(instance);
  probe->y = gchk_arena_alloc(probe->arena, probe->work->output_count, sizeof *probe->y);
  probe->v = gchk_arena_alloc(probe->arena, probe->work->output_count, sizeof *probe->v);
  if (probe->y == NULL || probe->v == NULL)
    return gchk_fail_memory(error, "the probes");
  probe->upstream = gchk_arena_alloc(probe->arena, probe->work->output_count, sizeof *probe->upstream);
  if (probe->upstream == NULL)
    return gchk_fail_memory(error, "the probes");
  const gchk_call *call = &instance->call;
  bool is_fixed = probe->work->output_count == 1 || (call->layer->flags & GCHK_IGNORES_UPSTREAM) != 0;
  probe->random = gchk_random_stream(call->seed, "probes");
  for (size_t j = 0; j < probe->work->output_count; j++) {
    // Representable in both real types.
    double v = (double)(float)gchk_random_signed(&probe->random);
    probe->upstream[j] = is_fixed ? 1 : v;
  }
  gchk_round_upstream(instance, probe->upstream);
  probe->initial = gchk_snapshot_new(instance, GCHK_SNAPSHOT_VALUES);
  if (probe->initial == NULL)
    return gchk_fail_memory(error, "the probes");
  GCHK_TRY(gchk_gradients_new(probe, instance, &probe->base, error));
  return gchk_gradients_new(probe, instance, &probe->other, error);
}

typedef gchk_status (*probe_fn)(gchk_probe *probe, gchk_error *error);

// The first has a control of its own. From the third on they compare calls that should be the same, and say nothing of
// a layer whose calls are not.
static const struct {
  probe_fn ask;
  const char *name; // also for whoever asks what was under way
} probes[] = {
    {gchk_probe_forward_reads, "what forward reads"},
    {gchk_probe_repeat, "repeated calls"},
    {gchk_probe_poison, "poisoned buffers"},
    {gchk_probe_scratch, "scratch"},
    {gchk_probe_rules, "gradient rules"},
    {gchk_probe_upstream, "linearity in the upstream gradient"},
    {gchk_probe_history, "earlier calls"},
    {gchk_probe_ties, "ties"},
    {gchk_probe_optional, "optional gradients"},
    {gchk_probe_batch, "batch against samples"},
    {gchk_probe_threads, "threads"},
};
enum { PROBES = sizeof probes / sizeof probes[0] };

// A layer that is not repeatable: its one finding says which probes were left out.
static void note_left_out(gchk_probe *probe, size_t last) {
  gchk_finding_list *list = &probe->work->findings;
  char names[256] = "";
  for (size_t k = last + 1; k < PROBES; k++) {
    const size_t used = strlen(names);
    (void)snprintf(names + used, sizeof names - used, "%s%s", used == 0 ? "" : ", ", probes[k].name);
  }
  for (size_t i = 0; i < list->count && names[0] != '\0'; i++)
    if (gchk_finding_is(&list->findings[i], GCHK_CODE_FORWARD_NOT_REPEATABLE) ||
        gchk_finding_is(&list->findings[i], GCHK_CODE_BACKWARD_NOT_REPEATABLE))
      gchk_finding_text(list, &list->findings[i], "left_out", "%s", names);
}

// What is found by looking at one call, or at none, and not by comparing two.
static bool is_of_one_call(const gchk_finding *finding) {
  static const gchk_code codes[] = {GCHK_CODE_GUARD_ZONE,
                                    GCHK_CODE_WRITES_INPUT,
                                    GCHK_CODE_WRITES_CACHE,
                                    GCHK_CODE_WRITES_UPSTREAM,
                                    GCHK_CODE_FORWARD_WRITES_GRADIENT,
                                    GCHK_CODE_PARTLY_PROBED};
  for (size_t k = 0; k < sizeof codes / sizeof codes[0]; k++)
    if (gchk_finding_is(finding, codes[k]))
      return true;
  return false;
}

// Drops the findings from `start` on that compare two calls; NULL where there was none, else the text of the first.
static const char *drop_comparisons(gchk_finding_list *list, size_t start) {
  const char *first = NULL;
  size_t kept = start;
  for (size_t i = start; i < list->count; i++) {
    if (is_of_one_call(&list->findings[i])) {
      list->findings[kept++] = list->findings[i];
      continue;
    }
    first = first == NULL ? list->findings[i].text : first;
  }
  list->count = kept;
  return first;
}

/*
 * One probe. What it finds by comparing calls counts where the clean call repeated stays the same, and where it is
 * found again: two threads that add unguarded are no stale state, and not what was in a buffer before.
 */
static gchk_status run(gchk_probe *probe, probe_fn ask, gchk_error *error) {
  gchk_finding_list *list = &probe->work->findings;
  const gchk_random random = probe->random;
  const size_t before = list->count;
  const bool was_repeatable = probe->is_repeatable || ask == gchk_probe_repeat;
  GCHK_TRY(ask(probe, error));
  // Threads have their control with them, and a race need not show a second time.
  const bool is_settled = !was_repeatable || !probe->is_repeatable || ask == gchk_probe_threads;
  const char *first = is_settled ? NULL : drop_comparisons(list, before);
  if (first == NULL)
    return GCHK_OK;
  gchk_variation own;
  GCHK_TRY(gchk_probe_control(probe, &own, error));
  if (own.is_there)
    return gchk_probe_report_variation(probe, &own, error);
  const size_t kept = list->count;
  gchk_probe_restore(probe);
  probe->random = random;
  GCHK_TRY(ask(probe, error));
  if (list->count == kept)
    gchk_probe_report_passing(probe, first);
  return GCHK_OK;
}

static gchk_status run_in_own_memory(gchk_probe *probe, probe_fn ask, gchk_error *error) {
  probe->arena = gchk_arena_new();
  gchk_status status = probe->arena != NULL ? run(probe, ask, error) : gchk_fail_memory(error, "a probe");
  if (status == GCHK_OK && gchk_arena_has_failed(probe->arena))
    status = gchk_fail_memory(error, "a probe");
  gchk_arena_free(probe->arena);
  probe->arena = probe->lasting;
  return status;
}

gchk_status gchk_probe_contract(gchk_case_work *work, gchk_error *error) {
  gchk_probe probe = {.work = work, .instance = work->instance, .lasting = gchk_arena_new()};
  if (probe.lasting == NULL)
    return gchk_fail_memory(error, "the probes");
  probe.arena = probe.lasting;
  gchk_wait_for_quiet();
  gchk_status status = start(&probe, error);
  for (size_t i = 0; i < PROBES && status == GCHK_OK && work->refused == NULL; i++) {
    char step[GCHK_NOTED_STEP];
    (void)snprintf(step, sizeof step, "probe of %s", probes[i].name);
    gchk_note_step(step);
    status = run_in_own_memory(&probe, probes[i].ask, error);
    if (work->refused != NULL)
      note_left_out(&probe, i);
  }
  gchk_note_step("probes");
  if (status == GCHK_OK) {
    gchk_probe_restore(&probe);
    status = gchk_instance_forward(work->instance, error);
  }
  if (status == GCHK_OK && gchk_arena_has_failed(probe.lasting))
    status = gchk_fail_memory(error, "the probes");
  gchk_snapshot_free(probe.initial);
  gchk_snapshot_free(probe.watched);
  gchk_arena_free(probe.lasting);
  return status;
}
