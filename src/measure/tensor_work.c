/* The arrays of one tensor that is differentiated. */
#include "measure/tensor_work.h"

#include <math.h>
#include <string.h>

#include "core/memory.h"

gchk_status gchk_tensor_work_init(gchk_case_work *work, gchk_tensor_work *tensor, size_t index, gchk_error *error) {
  size_t total = work->instance->t[index].count;
  *tensor = (gchk_tensor_work){.index = index,
                               .total = total,
                               .is_declared_zero = work->instance->layer->tensors[index].gradient_is_zero,
                               .findings = {.arena = work->arena}};
  bool has_all = true;
  for (size_t d = 0; d < work->draw_count; d++) {
    double **const known[] = {&tensor->analytic[d], &tensor->slack[d]};
    for (size_t k = 0; k < sizeof known / sizeof known[0]; k++) {
      *known[k] = gchk_arena_alloc(work->scratch, total, sizeof(double));
      has_all = has_all && *known[k] != NULL;
    }
    double **const unknown[] = {&tensor->numeric[d], &tensor->bound[d], &tensor->numeric_bound[d]};
    for (size_t k = 0; k < sizeof unknown / sizeof unknown[0]; k++) {
      *unknown[k] = gchk_arena_unknown(work->scratch, total);
      has_all = has_all && *unknown[k] != NULL;
    }
  }
  unsigned char **const kinds[] = {&tensor->verdict,     &tensor->doubt,     &tensor->resolution, &tensor->caught,
                                   &tensor->is_evidence, &tensor->suspicion, &tensor->point};
  for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
    *kinds[k] = gchk_arena_alloc(work->scratch, total, 1);
    has_all = has_all && *kinds[k] != NULL;
  }
  tensor->step = gchk_arena_alloc(work->scratch, total, sizeof(double));
  tensor->checked = gchk_arena_alloc(work->scratch, total, sizeof *tensor->checked);
  if (!has_all || tensor->step == NULL || tensor->checked == NULL)
    return gchk_fail_memory(error, work->instance->t[index].name);
  memset(tensor->verdict, GCHK_SKIPPED, total);
  return GCHK_OK;
}

bool gchk_keeps_jacobian(const gchk_case_work *work, const gchk_tensor_work *tensor) {
  enum { MOST = 1 << 16 }; // elements x outputs
  size_t size;
  return gchk_multiply(tensor->total, work->output_count, &size) && size <= MOST;
}

size_t gchk_place_of_largest(const gchk_tensor_work *tensor) {
  size_t largest = 0;
  for (size_t e = 0; e < tensor->total; e++)
    if (fabs(tensor->analytic[0][e]) > fabs(tensor->analytic[0][largest]))
      largest = e;
  return largest;
}

void gchk_check_all(gchk_tensor_work *tensor) {
  for (size_t e = 0; e < tensor->total; e++)
    tensor->checked[e] = e;
  tensor->checked_count = tensor->total;
}

gchk_finding_list *gchk_findings_of(gchk_case_work *work, size_t index) {
  for (size_t k = 0; k < work->tensor_count; k++)
    if (work->tensors[k].index == index)
      return &work->tensors[k].findings;
  return &work->findings;
}

gchk_tensor_result *gchk_row_of(const gchk_case_work *work, const gchk_case_result *result,
                                const gchk_tensor_work *tensor) {
  const char *name = work->instance->t[tensor->index].name;
  for (size_t i = 0; i < result->tensor_count; i++)
    if (strcmp(result->tensors[i].name, name) == 0)
      return &result->tensors[i];
  return NULL;
}
