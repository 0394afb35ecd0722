/* Probe: a gradient that may be NULL is left out, and the others stay as they were. */
#include "probe/probe_optional.h"

#include "calls/probe_spread.h"

// Forward and backward with the gradient of tensor i left out, and what that changed in the others.
static gchk_status leave_out(gchk_probe *probe, size_t i, gchk_variation *change, gchk_error *error) {
  gchk_instance *instance = probe->instance;
  void *gradient = instance->t[i].grad;
  instance->t[i].grad = NULL;
  gchk_status status = gchk_instance_bind(instance, error);
  if (status == GCHK_OK)
    status = gchk_probe_gradients(probe, instance, probe->upstream, "backward without an optional gradient",
                                  &probe->other, error);
  instance->t[i].grad = gradient;
  GCHK_TRY(status);
  GCHK_TRY(gchk_instance_bind(instance, error));
  // What an earlier probe read for it is not compared.
  double *left_out = probe->other.of[i];
  probe->other.of[i] = NULL;
  status = gchk_probe_compare(probe, NULL, &probe->other, NULL, change, error);
  probe->other.of[i] = left_out;
  return status;
}

static void report(gchk_probe *probe, size_t left_out, const gchk_variation *change) {
  const gchk_instance *instance = probe->instance;
  const gchk_tensor *t = &instance->t[change->tensor];
  char index[GCHK_INDEX_TEXT];
  gchk_finding *finding = gchk_probe_report(
      probe, GCHK_CODE_NULL_GRADIENT, instance->t[left_out].name,
      "with the gradient of %s left out (NULL), that of %s%s is %.9g instead of %.9g", instance->t[left_out].name,
      t->name, gchk_index_format(&t->shape, change->element, index, sizeof index), change->found, change->clean);
  gchk_finding_text(&probe->work->findings, finding, "changed", "%s", t->name);
  gchk_finding_number(&probe->work->findings, finding, "index", (double)change->element);
}

gchk_status gchk_probe_optional(gchk_probe *probe, gchk_error *error) {
  const gchk_instance *instance = probe->instance;
  for (size_t i = 0; i < instance->tensor_count && probe->is_repeatable; i++) {
    if (!instance->layer->tensors[i].grad_may_be_null || probe->base.of[i] == NULL)
      continue;
    gchk_variation change;
    GCHK_TRY(leave_out(probe, i, &change, error));
    if (change.is_there)
      report(probe, i, &change);
  }
  return GCHK_OK;
}
