/*
 * Probe: a layer that uses threads gives the same under one and several, several times over.
 *
 * Another order of additions may change results within its rounding error; a lost `+=` changes them by whole terms.
 */
#include "probe/probe_threads.h"

#include "core/memory.h"
#include "core/openmp_threads.h"
#include "probe/probe_spread.h"
#include "probe/thread_shaker.h"

/*
 * A layer that does not declare it may use OpenMP all the same, as many threads as it gets. Where that is one it is
 * asked too; where it is more, the user's number holds, and the other probes see what several threads do.
 */
static bool uses_openmp_alone(const gchk_instance *instance) {
  return (instance->layer->flags & GCHK_HAS_THREADS) == 0 && gchk_openmp_threads() == 1;
}

static gchk_status use_threads(gchk_instance *instance, size_t threads, gchk_error *error) {
  gchk_set_openmp_threads(threads);
  if ((instance->layer->flags & GCHK_HAS_THREADS) == 0)
    return GCHK_OK;
  instance->call.threads = threads;
  if (instance->layer->set_threads == NULL || instance->layer->set_threads(&instance->call, error) == GCHK_OK)
    return GCHK_OK;
  return gchk_fail_within(error, "%s: set_threads failed", instance->layer->name);
}

static void report(gchk_probe *probe, const gchk_variation *change, size_t threads) {
  const gchk_instance *instance = probe->instance;
  gchk_finding_list *list = &probe->work->findings;
  if (change->tensor == instance->tensor_count) {
    gchk_finding *finding =
        gchk_probe_report(probe, GCHK_CODE_THREAD_DEPENDENT, NULL,
                          "output %zu is %.9g with one thread and %.9g with %zu; the order of additions explains %.2g",
                          change->element, change->clean, change->found, threads, change->limit);
    gchk_finding_number(list, finding, "output", (double)change->element);
    gchk_finding_number(list, finding, "threads", (double)threads);
    return;
  }
  const gchk_tensor *t = &instance->t[change->tensor];
  char index[GCHK_INDEX_TEXT];
  gchk_finding *finding = gchk_probe_report(
      probe, GCHK_CODE_THREAD_DEPENDENT, t->name,
      "the gradient of %s%s is %.9g with one thread and %.9g with %zu; the order of additions explains %.2g", t->name,
      gchk_index_format(&t->shape, change->element, index, sizeof index), change->clean, change->found, threads,
      change->limit);
  gchk_finding_number(list, finding, "index", (double)change->element);
  gchk_finding_number(list, finding, "threads", (double)threads);
}

// Outputs, then the gradient of every tensor: a finding each.
static void compare(gchk_probe *probe, size_t threads) {
  const gchk_case_work *work = probe->work;
  const gchk_instance *instance = probe->instance;
  const gchk_results *limits = &probe->limits;
  const size_t j = gchk_first_beyond(work->y, probe->y, limits->y, work->output_count);
  if (j < work->output_count)
    report(probe, &(gchk_variation){true, instance->tensor_count, j, work->y[j], probe->y[j], limits->y[j]}, threads);
  for (size_t i = 0; i < instance->tensor_count; i++) {
    const double *clean = probe->base.of[i], *found = probe->other.of[i], *limit = limits->gradient[i];
    const size_t count = instance->t[i].count;
    const size_t k = clean == NULL ? count : gchk_first_beyond(clean, found, limit, count);
    if (k < count)
      report(probe, &(gchk_variation){true, i, k, clean[k], found[k], limit[k]}, threads);
  }
}

static bool has_found(const gchk_probe *probe) {
  return gchk_probe_has(probe, GCHK_CODE_THREAD_DEPENDENT, NULL);
}

static gchk_status call_often(gchk_probe *probe, size_t threads, int repeats, gchk_error *error) {
  gchk_instance *instance = probe->instance;
  for (int repeat = 0; repeat < repeats && !has_found(probe); repeat++) {
    GCHK_TRY(gchk_probe_forward(probe, instance, "calls with several threads", error));
    GCHK_TRY(gchk_instance_outputs(instance, probe->y, error));
    GCHK_TRY(gchk_probe_backward(probe, instance, probe->upstream, NULL, "calls with several threads", error));
    gchk_gradients_read(instance, &probe->other);
    compare(probe, threads);
  }
  return GCHK_OK;
}

gchk_status gchk_probe_threads(gchk_probe *probe, gchk_error *error) {
  static const size_t counts[] = {2, 8};
  enum { REPEATS = 12 };
  gchk_instance *instance = probe->instance;
  if ((instance->layer->flags & GCHK_HAS_THREADS) == 0 && !uses_openmp_alone(instance))
    return GCHK_OK;
  const size_t before = gchk_openmp_threads();
  gchk_shaker shaker = {.is_on = false};
  // With one thread: lost additions are not what rounding explains.
  GCHK_TRY(gchk_probe_find_limits(probe, error));
  gchk_status status = GCHK_OK;
  const clock_t began = clock();
  status = call_often(probe, before > 0 ? before : 1, 1, error);
  if (status == GCHK_OK && probe->work->options != NULL && probe->work->options->isolate)
    gchk_shaker_start(&shaker, (double)(clock() - began) / CLOCKS_PER_SEC);
  for (size_t c = 0; c < sizeof counts / sizeof counts[0] && status == GCHK_OK; c++) {
    status = use_threads(instance, counts[c], error);
    if (status == GCHK_OK)
      status = call_often(probe, counts[c], REPEATS, error);
  }
  gchk_shaker_stop(&shaker);
  GCHK_TRY(status);
  GCHK_TRY(use_threads(instance, 1, error));
  gchk_set_openmp_threads(before);
  return GCHK_OK;
}
