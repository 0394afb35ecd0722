/* Probe: a gradient that may be NULL is left out, and the others stay bit for bit as they were. */
#include "probe/probe_optional.h"
#include "probe/probe_watch.h"

static gchk_status rebind(gchk_instance *instance, gchk_error *error) {
  if (instance->layer->bind == NULL || instance->layer->bind(&instance->call, error) == GCHK_OK)
    return GCHK_OK;
  return gchk_fail_within(error, "%s: bind failed", instance->layer->name);
}

static void compare(gchk_probe *probe, size_t left_out) {
  const gchk_instance *instance = probe->instance;
  for (size_t i = 0; i < instance->tensor_count; i++) {
    const gchk_tensor *t = &instance->t[i];
    if (i == left_out || probe->base.of[i] == NULL)
      continue;
    const double *a = probe->base.of[i], *b = probe->other.of[i];
    size_t k = gchk_first_difference(a, b, t->count, 0);
    if (k == t->count)
      continue;
    char index[GCHK_INDEX_TEXT];
    gchk_finding *finding = gchk_probe_report(
        probe, GCHK_CODE_NULL_GRADIENT, instance->t[left_out].name,
        "with the gradient of %s left out (NULL), that of %s%s is %.9g instead of %.9g", instance->t[left_out].name,
        t->name, gchk_index_format(&t->shape, k, index, sizeof index), b[k], a[k]);
    gchk_finding_text(&probe->work->findings, finding, "changed", "%s", t->name);
    gchk_finding_number(&probe->work->findings, finding, "index", (double)k);
  }
}

gchk_status gchk_probe_optional(gchk_probe *probe, gchk_error *error) {
  gchk_instance *instance = probe->instance;
  if (!probe->is_repeatable)
    return GCHK_OK;
  for (size_t i = 0; i < instance->tensor_count; i++) {
    if (!instance->layer->tensors[i].grad_may_be_null || probe->base.of[i] == NULL)
      continue;
    void *gradient = instance->t[i].grad;
    instance->t[i].grad = NULL;
    gchk_status status = rebind(instance, error);
    if (status == GCHK_OK)
      status = gchk_probe_gradients(probe, instance, probe->upstream, "backward without an optional gradient",
                                    &probe->other, error);
    instance->t[i].grad = gradient;
    if (status == GCHK_OK)
      compare(probe, i);
    if (status == GCHK_OK)
      status = rebind(instance, error);
    if (status != GCHK_OK)
      return status;
  }
  return GCHK_OK;
}
