/*
 * Probe: a layer that uses threads gives the same under one and several, several times over.
 *
 * Another order of additions may change results within its rounding error; a lost `+=` changes them by whole terms. A
 * layer says that it uses threads, or it is found out: an OpenMP runtime is loaded, and with two threads asked for
 * others run during its calls. One that starts threads whatever it is asked for was there when calls were repeated
 * (probe_repeat.c).
 */
#include "probe/probe_threads.h"

#include <math.h>
#include <stdio.h>

#include "calls/probe_race.h"
#include "core/memory.h"
#include "core/openmp_threads.h"

typedef struct asking {
  bool is_declared;
  size_t openmp; /* threads of parallel regions before; 0: no runtime */
} asking;

static gchk_status use_threads(const asking *a, gchk_instance *instance, size_t threads, gchk_error *error) {
  if (a->openmp > 0)
    gchk_set_openmp_threads(threads > 1 ? threads : a->openmp);
  if (!a->is_declared)
    return GCHK_OK;
  instance->call.threads = threads;
  if (instance->layer->set_threads == NULL || instance->layer->set_threads(&instance->call, error) == GCHK_OK)
    return GCHK_OK;
  return gchk_fail_within(error, "%s: set_threads failed", instance->layer->name);
}

static const char *found_in(const gchk_variation *change, size_t tensor_count) {
  return change->tensor == tensor_count ? "forward" : "backward";
}

// One finding, of what differs most.
static void report(gchk_probe *probe, const gchk_variation *change, size_t threads) {
  const gchk_instance *instance = probe->instance;
  gchk_finding_list *list = &probe->work->findings;
  const bool is_output = change->tensor == instance->tensor_count;
  const gchk_tensor *t = is_output ? NULL : &instance->t[change->tensor];
  const char *call = found_in(change, instance->tensor_count);
  char index[GCHK_INDEX_TEXT], what[2 * GCHK_INDEX_TEXT];
  if (is_output)
    (void)snprintf(what, sizeof what, "output %zu", change->element);
  else
    (void)snprintf(what, sizeof what, "the gradient of %.60s%s", t->name,
                   gchk_index_format(&t->shape, change->element, index, sizeof index));
  gchk_finding *finding = gchk_probe_report(
      probe, GCHK_CODE_THREAD_DEPENDENT, is_output ? NULL : t->name,
      "%s is not reproducible under threads: %s is %.9g with one thread and %.9g with %zu (in %zu of %zu calls); the "
      "order of additions explains %.2g",
      call, what, change->clean, change->found, threads, change->differing, change->calls, change->limit);
  gchk_finding_text(list, finding, "call", "%s", call);
  gchk_finding_number(list, finding, is_output ? "output" : "index", (double)change->element);
  gchk_finding_number(list, finding, "threads", (double)threads);
  gchk_finding_number(list, finding, "spread", fabs(change->found - change->clean));
  gchk_finding_number(list, finding, "limit", change->limit);
}

// Do other threads run, now that two are asked for? The first call starts them.
static gchk_status has_others(gchk_probe *probe, bool *answer, gchk_error *error) {
  enum { TRIALS = 8 };
  probe->accompanied = 0;
  for (int n = 0; n < TRIALS && probe->accompanied == 0; n++)
    GCHK_TRY(gchk_probe_call(probe, "calls with two threads", &probe->other, error));
  *answer = probe->accompanied > 0;
  return GCHK_OK;
}

static gchk_status ask(gchk_probe *probe, const asking *a, gchk_error *error) {
  static const size_t counts[] = {2, 8};
  gchk_variation worst;
  for (size_t c = 0; c < sizeof counts / sizeof counts[0]; c++) {
    bool uses_threads = true;
    GCHK_TRY(use_threads(a, probe->instance, counts[c], error));
    if (!a->is_declared && c == 0)
      GCHK_TRY(has_others(probe, &uses_threads, error));
    if (!uses_threads)
      return GCHK_OK;
    // With one thread: lost additions are not what rounding explains.
    GCHK_TRY(use_threads(a, probe->instance, 1, error));
    GCHK_TRY(gchk_probe_find_limits(probe, error));
    GCHK_TRY(use_threads(a, probe->instance, counts[c], error));
    GCHK_TRY(gchk_probe_provoke_race(probe, &worst, error));
    if (!worst.is_there)
      continue;
    gchk_variation alone;
    GCHK_TRY(use_threads(a, probe->instance, 1, error));
    GCHK_TRY(gchk_probe_control(probe, &alone, error));
    if (alone.is_there)
      return gchk_probe_report_variation(probe, &alone, error);
    report(probe, &worst, counts[c]);
    return GCHK_OK;
  }
  return GCHK_OK;
}

gchk_status gchk_probe_threads(gchk_probe *probe, gchk_error *error) {
  const asking a = {.is_declared = (probe->instance->layer->flags & GCHK_HAS_THREADS) != 0,
                    .openmp = gchk_openmp_threads()};
  // Where the user gives OpenMP more than one thread, all calls so far were under several.
  if (!probe->is_repeatable || (!a.is_declared && a.openmp != 1))
    return GCHK_OK;
  const gchk_status status = ask(probe, &a, error);
  GCHK_TRY(use_threads(&a, probe->instance, 1, status == GCHK_OK ? error : NULL));
  return status;
}
