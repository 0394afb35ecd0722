/*
 * The audit of `update`.
 *
 * For a changed element, |update - forward| per output must be what two orders of summation may differ by: a small
 * part of the change itself, or of rounding on the outputs' own scale. A wrong update differs by about the change.
 */
#include "decide/update_audit.h"

#include <math.h>

#include "core/memory.h"
#include "instance/move.h"
#include "instance/precision.h"

enum { SAMPLED_ELEMENTS = 4 };

// A disagreement of this part of the change would show in a derivative; rounding is far below it.
static const double relative_part = 1e-6;
// Two summations of n terms differ by at most about n units; layers of this tool sum up to some thousands.
static const double rounding_units = 4096;

// The output at which update and forward disagree, or output_count.
static size_t disagreement(const gchk_case_work *work, const double *updated, const double *whole) {
  double change = 0, size = 0;
  for (size_t j = 0; j < work->output_count; j++) {
    change = fmax(change, fabs(whole[j] - work->y[j]));
    size = fmax(size, fmax(fabs(whole[j]), fabs(work->y[j])));
  }
  double allowed = relative_part * change + rounding_units * gchk_unit_of(work->instance->layer->dtype) * size;
  for (size_t j = 0; j < work->output_count; j++)
    if (!(fabs(updated[j] - whole[j]) <= allowed) && !(isnan(updated[j]) && isnan(whole[j])) && updated[j] != whole[j])
      return j;
  return work->output_count;
}

typedef struct audit {
  gchk_case_work *work;
  gchk_tensor_work *tensor;
  gchk_snapshot *snapshot;
  double *updated, *whole;
} audit;

static gchk_status audit_element(audit *a, size_t element, bool *has_update, gchk_error *error) {
  gchk_instance *instance = a->work->instance;
  gchk_tensor *t = &instance->t[a->tensor->index];
  double x = gchk_tensor_get(t, t->value, element);
  gchk_snapshot_restore(a->snapshot, instance);
  // Towards zero where there is nothing beyond.
  const double step = (x != 0 ? fabs(x) : 1) / 8;
  gchk_tensor_set(t, t->value, element, gchk_tensor_holds(t, x + step) ? x + step : x - step);
  gchk_status status = gchk_instance_update(instance, a->tensor->index, element, has_update, error);
  if (status == GCHK_OK && *has_update)
    status = gchk_instance_outputs(instance, a->updated, error);
  if (status == GCHK_OK && *has_update)
    status = gchk_instance_forward(instance, error);
  if (status == GCHK_OK && *has_update)
    status = gchk_instance_outputs(instance, a->whole, error);
  gchk_tensor_set(t, t->value, element, x);
  gchk_snapshot_restore(a->snapshot, instance);
  return status;
}

static void report_disagreement(audit *a, size_t element, size_t output) {
  gchk_finding_list *list = &a->tensor->findings;
  gchk_finding *finding =
      gchk_finding_add(list, GCHK_CODE_UPDATE_DIFFERS,
                       "the layer's update gives output %zu as %.17g where forward gives %.17g, after a change of "
                       "element %zu: update is wrong, and differences were taken by forward",
                       output, a->updated[output], a->whole[output], element);
  gchk_finding_number(list, finding, "element", (double)element);
  gchk_finding_number(list, finding, "output", (double)output);
  gchk_finding_number(list, finding, "updated", a->updated[output]);
  gchk_finding_number(list, finding, "forward", a->whole[output]);
}

gchk_status gchk_audit_update(gchk_case_work *work, gchk_tensor_work *tensor, gchk_snapshot **snapshot,
                              gchk_error *error) {
  *snapshot = NULL;
  if (work->instance->layer->update == NULL)
    return GCHK_OK;
  audit a = {.work = work,
             .tensor = tensor,
             .snapshot = gchk_snapshot_new(work->instance, GCHK_SNAPSHOT_MADE),
             .updated = gchk_arena_alloc(work->scratch, work->output_count, sizeof(double)),
             .whole = gchk_arena_alloc(work->scratch, work->output_count, sizeof(double))};
  gchk_status status = GCHK_OK;
  bool has_update = true;
  size_t output = work->output_count;
  if (a.snapshot == NULL || a.updated == NULL || a.whole == NULL)
    status = gchk_fail_memory(error, "a snapshot of outputs and caches");
  for (size_t k = 0; k < SAMPLED_ELEMENTS && status == GCHK_OK && has_update && output == work->output_count; k++) {
    size_t element = k == 0 ? tensor->total - 1 : gchk_random_below(&work->random, tensor->total);
    status = audit_element(&a, element, &has_update, error);
    // There is no forward to compare with for an intermediate value: forward writes it anew.
    if (status == GCHK_OK && has_update && !gchk_instance_is_inner_value(work->instance, tensor->index))
      output = disagreement(work, a.updated, a.whole);
    if (output < work->output_count)
      report_disagreement(&a, element, output);
  }
  if (status != GCHK_OK || !has_update || output < work->output_count) {
    gchk_snapshot_free(a.snapshot);
    a.snapshot = NULL;
  }
  *snapshot = a.snapshot;
  return status;
}
