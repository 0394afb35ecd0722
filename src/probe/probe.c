/* Probing the calling contract: the probes in their order. */
#include "probe/probe.h"

#include <stdio.h>

#include "core/memory.h"
#include "instance/precision.h"
#include "instance/under_way.h"
#include "measure/variable.h"
#include "probe/probe_batch.h"
#include "probe/probe_history.h"
#include "probe/probe_optional.h"
#include "probe/probe_poison.h"
#include "probe/probe_repeat.h"
#include "probe/probe_rules.h"
#include "probe/probe_spread.h"
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

static const struct {
  const char *name; // for whoever asks what was under way
  probe_fn ask;
} probes[] = {
    {"repeat", gchk_probe_repeat},     {"poison", gchk_probe_poison},   {"rules", gchk_probe_rules},
    {"upstream", gchk_probe_upstream}, {"history", gchk_probe_history}, {"ties", gchk_probe_ties},
    {"optional", gchk_probe_optional}, {"batch", gchk_probe_batch},     {"threads", gchk_probe_threads},
};

// What is found by looking at one call, and not by comparing two.
static bool is_of_one_call(const gchk_finding *finding) {
  static const gchk_code codes[] = {GCHK_CODE_GUARD_ZONE, GCHK_CODE_WRITES_INPUT, GCHK_CODE_WRITES_CACHE,
                                    GCHK_CODE_WRITES_UPSTREAM, GCHK_CODE_FORWARD_WRITES_GRADIENT};
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
  const bool is_settled = !was_repeatable || !probe->is_repeatable || probe->work->refused != NULL;
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
  return list->count > kept ? GCHK_OK : gchk_probe_report_passing(probe, first, error);
}

gchk_status gchk_probe_contract(gchk_case_work *work, gchk_error *error) {
  gchk_probe probe = {.work = work, .instance = work->instance};
  probe.arena = gchk_arena_new();
  if (probe.arena == NULL)
    return gchk_fail_memory(error, "the probes");
  gchk_status status = start(&probe, error);
  for (size_t i = 0; i < sizeof probes / sizeof probes[0] && status == GCHK_OK; i++) {
    char step[GCHK_NOTED_STEP];
    (void)snprintf(step, sizeof step, "probe %s", probes[i].name);
    gchk_note_step(step);
    status = run(&probe, probes[i].ask, error);
    if (work->refused != NULL)
      break;
  }
  gchk_note_step("probes");
  if (status == GCHK_OK) {
    gchk_probe_restore(&probe);
    status = gchk_instance_forward(work->instance, error);
  }
  if (status == GCHK_OK && gchk_arena_has_failed(probe.arena))
    status = gchk_fail_memory(error, "the probes");
  gchk_snapshot_free(probe.initial);
  gchk_arena_free(probe.arena);
  return status;
}
