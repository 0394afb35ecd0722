/*
 * Probe: a layer that uses threads gives the same under one and several, several times over.
 *
 * Another order of additions may change results within its rounding error; a lost `+=` changes them by whole terms.
 */
#include "probe/probe_threads.h"

#include "core/memory.h"
#include "probe/probe_watch.h"

static gchk_status use_threads(gchk_instance *instance, size_t threads, gchk_error *error) {
  instance->call.threads = threads;
  if (instance->layer->set_threads == NULL || instance->layer->set_threads(&instance->call, error) == GCHK_OK)
    return GCHK_OK;
  return gchk_fail_within(error, "%s: set_threads failed", instance->layer->name);
}

static void compare_gradients(gchk_probe *probe, size_t threads) {
  const gchk_instance *instance = probe->instance;
  double tolerance = gchk_probe_tolerance(probe, instance, &probe->base);
  for (size_t i = 0; i < instance->tensor_count; i++) {
    const gchk_tensor *t = &instance->t[i];
    const double *a = probe->base.of[i], *b = probe->other.of[i];
    size_t k = a == NULL ? t->count : gchk_first_difference(a, b, t->count, tolerance);
    if (k == t->count)
      continue;
    char index[GCHK_INDEX_TEXT];
    gchk_finding *finding = gchk_probe_report(
        probe, GCHK_CODE_THREAD_DEPENDENT, t->name,
        "the gradient of %s%s is %.9g with one thread and %.9g with %zu; the order of additions explains %.2g", t->name,
        gchk_index_format(&t->shape, k, index, sizeof index), a[k], b[k], threads, tolerance);
    gchk_finding_number(&probe->work->findings, finding, "index", (double)k);
    gchk_finding_number(&probe->work->findings, finding, "threads", (double)threads);
  }
}

static void compare_outputs(gchk_probe *probe, size_t threads) {
  const gchk_case_work *work = probe->work;
  size_t m = work->output_count;
  double largest = 0;
  for (size_t j = 0; j < m; j++)
    largest = work->y[j] > largest ? work->y[j] : -work->y[j] > largest ? -work->y[j] : largest;
  double tolerance = gchk_probe_reordering(probe) * largest;
  size_t j = gchk_first_difference(work->y, probe->y, m, tolerance);
  if (j == m)
    return;
  gchk_finding *finding =
      gchk_probe_report(probe, GCHK_CODE_THREAD_DEPENDENT, NULL,
                        "output %zu is %.9g with one thread and %.9g with %zu; the order of additions explains %.2g", j,
                        work->y[j], probe->y[j], threads, tolerance);
  gchk_finding_number(&probe->work->findings, finding, "output", (double)j);
  gchk_finding_number(&probe->work->findings, finding, "threads", (double)threads);
}

gchk_status gchk_probe_threads(gchk_probe *probe, gchk_error *error) {
  static const size_t counts[] = {2, 8};
  enum { REPEATS = 4 };
  gchk_instance *instance = probe->instance;
  if ((instance->layer->flags & GCHK_HAS_THREADS) == 0)
    return GCHK_OK;
  for (size_t c = 0; c < sizeof counts / sizeof counts[0]; c++) {
    GCHK_TRY(use_threads(instance, counts[c], error));
    for (int repeat = 0; repeat < REPEATS; repeat++) {
      gchk_status status = gchk_probe_forward(probe, instance, "calls with several threads", error);
      if (status == GCHK_OK)
        status = gchk_instance_outputs(instance, probe->y, error);
      if (status == GCHK_OK)
        status = gchk_probe_backward(probe, instance, probe->upstream, NULL, "calls with several threads", error);
      gchk_gradients_read(instance, &probe->other);
      if (status != GCHK_OK)
        return status;
      compare_outputs(probe, counts[c]);
      compare_gradients(probe, counts[c]);
    }
  }
  return use_threads(instance, 1, error);
}
