/* What a layer varies by itself from call to call, as the control of other probes. */
#include "probe/probe_spread.h"

#include "core/memory.h"
#include "measure/case_instance.h"

enum { REPEATS = 8 };

// The first differing output, or gradient element, with these limits: NULL for none at all.
static void find_change(const gchk_probe *probe, const double *y, const gchk_gradients *gradients,
                        const unsigned char *except, const gchk_results *limits, gchk_variation *change) {
  const gchk_instance *instance = probe->instance;
  const double *clean = probe->work->y;
  *change = (gchk_variation){.is_there = false};
  for (size_t j = 0; y != NULL && j < probe->work->output_count; j++) {
    if ((except != NULL && except[j]) || gchk_first_beyond(&clean[j], &y[j], limits != NULL ? &limits->y[j] : NULL, 1))
      continue;
    *change = (gchk_variation){true, instance->tensor_count, j, clean[j], y[j], limits != NULL ? limits->y[j] : 0};
    return;
  }
  for (size_t i = 0; gradients != NULL && i < instance->tensor_count; i++) {
    const double *a = probe->base.of[i], *b = gradients->of[i];
    const double *limit = limits != NULL && a != NULL ? limits->gradient[i] : NULL;
    // A gradient that is left out is not compared.
    if (a == NULL || b == NULL || instance->t[i].grad == NULL)
      continue;
    const size_t k = gchk_first_beyond(a, b, limit, instance->t[i].count);
    if (k == instance->t[i].count)
      continue;
    *change = (gchk_variation){true, i, k, a[k], b[k], limit != NULL ? limit[k] : 0};
    return;
  }
}

gchk_status gchk_probe_find_limits(gchk_probe *probe, gchk_error *error) {
  if (probe->limits.y != NULL)
    return GCHK_OK;
  const gchk_results base = {probe->work->y, probe->base.of};
  // What a probe painted or left out is not what the limits are of.
  gchk_snapshot *now = gchk_snapshot_new(probe->instance, GCHK_SNAPSHOT_ALL);
  if (now == NULL)
    return gchk_fail_memory(error, "a copy of the layer's buffers");
  gchk_probe_restore(probe);
  gchk_status status = gchk_reordering_limits(probe->arena, probe->instance, probe->upstream, &base, &probe->random,
                                              &probe->limits, error);
  gchk_snapshot_restore(now, probe->instance);
  gchk_snapshot_free(now);
  return status;
}

gchk_status gchk_probe_compare(gchk_probe *probe, const double *y, const gchk_gradients *gradients,
                               const unsigned char *except, gchk_variation *change, gchk_error *error) {
  find_change(probe, y, gradients, except, NULL, change);
  if (!change->is_there)
    return GCHK_OK;
  GCHK_TRY(gchk_probe_find_limits(probe, error));
  find_change(probe, y, gradients, except, &probe->limits, change);
  return GCHK_OK;
}

gchk_status gchk_probe_call(gchk_probe *probe, const char *when, gchk_gradients *gradients, gchk_error *error) {
  GCHK_TRY(gchk_probe_forward(probe, probe->instance, when, error));
  GCHK_TRY(gchk_instance_outputs(probe->instance, probe->y, error));
  GCHK_TRY(gchk_probe_backward(probe, probe->instance, probe->upstream, NULL, when, error));
  gchk_gradients_read(probe->instance, gradients);
  return GCHK_OK;
}

gchk_status gchk_probe_control(gchk_probe *probe, gchk_variation *change, gchk_error *error) {
  *change = (gchk_variation){.is_there = false};
  for (size_t n = 0; n <= REPEATS && !change->is_there; n++) {
    gchk_probe_restore(probe);
    GCHK_TRY(gchk_probe_call(probe, "same forward and backward again", &probe->other, error));
    // The first call after others, on other values, shows what was kept of them.
    if (n > 0)
      GCHK_TRY(gchk_probe_compare(probe, probe->y, &probe->other, NULL, change, error));
  }
  return GCHK_OK;
}

// The first forward of a fresh instance at the base point.
static gchk_status fresh_outputs(gchk_probe *probe, double *y, gchk_error *error) {
  const gchk_case_work *work = probe->work;
  gchk_instance *fresh = NULL;
  GCHK_TRY(gchk_case_instance(work->spec, work->options != NULL ? work->options->seed : 0, &fresh, error));
  gchk_instance_copy_given(fresh, probe->instance);
  gchk_status status = gchk_instance_forward(fresh, error);
  if (status == GCHK_OK)
    status = gchk_instance_outputs(fresh, y, error);
  gchk_instance_free(fresh);
  return status;
}

static gchk_status refuse(gchk_probe *probe, const gchk_variation *change, gchk_error *error) {
  gchk_case_work *work = probe->work;
  const size_t m = work->output_count, j = change->element;
  double *first = probe->y, *second = probe->v;
  gchk_status status = fresh_outputs(probe, first, error);
  if (status == GCHK_OK)
    status = fresh_outputs(probe, second, error);
  if (status == GCHK_NO_MEMORY)
    return status;
  const bool is_history = status == GCHK_OK && gchk_first_beyond(first, second, NULL, m) == m;
  const char *cause =
      is_history ? "two fresh copies of the layer agree, so it depends on what earlier calls left; give the layer a "
                   "reset callback, or make the state an input"
                 : "two fresh copies of the layer differ too: random numbers without a seed (give the layer a "
                   "set_seed callback), memory that was never written, or unguarded threads";
  gchk_finding *finding = gchk_probe_report(probe, GCHK_CODE_FORWARD_NOT_REPEATABLE, NULL,
                                            "two forwards on the same values differ: output %zu is %.17g and then "
                                            "%.17g, more than rounding explains (%.2g); %s",
                                            j, change->clean, change->found, change->limit, cause);
  gchk_finding_number(&work->findings, finding, "output", (double)j);
  gchk_finding_number(&work->findings, finding, "first", change->clean);
  gchk_finding_number(&work->findings, finding, "second", change->found);
  gchk_finding_number(&work->findings, finding, "limit", change->limit);
  gchk_finding_text(&work->findings, finding, "cause", "%s", is_history ? "earlier calls" : "randomness");
  work->refused = "forward is not repeatable: no difference of two of its results means anything";
  return GCHK_OK;
}

gchk_status gchk_probe_report_variation(gchk_probe *probe, const gchk_variation *change, gchk_error *error) {
  const gchk_instance *instance = probe->instance;
  probe->is_repeatable = false;
  if (change->tensor == instance->tensor_count)
    return refuse(probe, change, error);
  const gchk_tensor *t = &instance->t[change->tensor];
  char index[GCHK_INDEX_TEXT];
  gchk_finding *finding =
      gchk_probe_report(probe, GCHK_CODE_BACKWARD_NOT_REPEATABLE, t->name,
                        "two forwards and backwards on the same values gave different gradients: %s%s is %.9g and then "
                        "%.9g, more than the order of additions explains (%.2g)",
                        t->name, gchk_index_format(&t->shape, change->element, index, sizeof index), change->clean,
                        change->found, change->limit);
  gchk_finding_list *list = &probe->work->findings;
  gchk_finding_number(list, finding, "index", (double)change->element);
  gchk_finding_number(list, finding, "first", change->clean);
  gchk_finding_number(list, finding, "second", change->found);
  gchk_finding_number(list, finding, "limit", change->limit);
  return GCHK_OK;
}

gchk_status gchk_probe_report_passing(gchk_probe *probe, const char *what, gchk_error *error) {
  (void)error;
  probe->is_repeatable = false;
  (void)gchk_probe_report(probe, GCHK_CODE_BACKWARD_NOT_REPEATABLE, NULL,
                          "calls on the same values differ now and then, by more than rounding: what was found once, "
                          "and not again, was: %s",
                          what);
  return GCHK_OK;
}
