/* Patterns as they are found, audited and kept. */
#include "lines/grouping.h"

#include "core/memory.h"
#include "cost/operations.h"
#include "instance/meaning.h"
#include "lines/ways.h"
#include "measure/tensor_work.h"
#include "pattern/bit_trials.h"
#include "pattern/pattern_audit.h"

enum {
  AUDIT = 33,    /* forwards, at the most: of its elements, and whether forward repeats itself */
  WORTHWHILE = 4 /* elements of a group, on average */
};

size_t gchk_grouping_cost(const gchk_case_work *work, const gchk_tensor_work *tensor) {
  const gchk_layer *layer = work->instance->layer;
  const gchk_tensor_spec *row = &layer->tensors[tensor->index];
  const bool may_be = !work->is_one_by_one && layer->time == NULL && !row->symmetric && !row->gradient_is_zero &&
                      gchk_surrogate_of(layer, tensor->index) == NULL &&
                      !gchk_instance_is_inner_value(work->instance, tensor->index) &&
                      !gchk_keeps_jacobian(work, tensor) && work->output_count > 1;
  const size_t cost = may_be ? gchk_bit_trials_cost(&work->instance->t[tensor->index]) : 0;
  return cost > 0 ? cost + AUDIT : 0;
}

static gchk_status find(gchk_case_work *work, gchk_tensor_work *tensor, double most, gchk_error *error) {
  bool repeats;
  gchk_pattern *found = gchk_arena_alloc(work->scratch, 1, sizeof *found);
  if (found == NULL)
    return gchk_fail_memory(error, "groups of elements");
  GCHK_TRY(gchk_audit_repeat(work, tensor, &repeats, error));
  if (!repeats)
    return GCHK_OK;
  const gchk_status status = gchk_find_pattern(work, tensor, most, found, error);
  if (status == GCHK_OK && found->class_count > 1)
    tensor->pattern = found;
  return status == GCHK_NO_MEMORY ? status : GCHK_OK;
}

gchk_status gchk_find_grouping(gchk_case_work *work, gchk_tensor_work *tensor, double most, gchk_pattern **pattern,
                               gchk_error *error) {
  if (!tensor->has_pattern)
    GCHK_TRY(find(work, tensor, most, error));
  tensor->has_pattern = true;
  *pattern = tensor->pattern;
  return GCHK_OK;
}

gchk_status gchk_audit_grouping(gchk_case_work *work, gchk_tensor_work *tensor, bool *holds, gchk_error *error) {
  *holds = tensor->pattern != NULL;
  if (!*holds || tensor->is_pattern_audited)
    return GCHK_OK;
  const gchk_status status = gchk_audit_pattern(work, tensor, tensor->pattern, holds, error);
  *holds = *holds && status == GCHK_OK;
  tensor->is_pattern_audited = true;
  if (!*holds)
    tensor->pattern = NULL;
  return status == GCHK_NO_MEMORY ? status : GCHK_OK;
}

bool gchk_groups_pay(const gchk_case_work *work, const gchk_tensor_work *tensor, size_t groups, size_t count,
                     bool by_update) {
  double forward, update;
  if (WORTHWHILE * groups > count)
    return false;
  return !by_update || (gchk_count_forward(work->instance->layer, &work->instance->sizes, &forward, NULL) == GCHK_OK &&
                        gchk_count_by_update(work, tensor, &update, NULL) == GCHK_OK &&
                        forward * (double)groups < update * (double)count);
}

static size_t most_of_a_class(const gchk_pattern *pattern) {
  size_t most = 0;
  for (size_t k = 0; k < pattern->class_count; k++) {
    const size_t count = pattern->element_start[k + 1] - pattern->element_start[k];
    most = count > most ? count : most;
  }
  return most;
}

size_t gchk_group_count(gchk_pattern *pattern) {
  size_t groups = 0;
  for (size_t phase = 0; phase < pattern->phase_count; phase++) {
    gchk_pattern_set_phase(pattern, phase);
    groups += most_of_a_class(pattern);
  }
  return groups;
}
