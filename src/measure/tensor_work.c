/* The arrays of one tensor that is differentiated. */
#include "measure/tensor_work.h"

#include <math.h>

#include "core/memory.h"

gchk_status gchk_tensor_work_init(gchk_case_work *work, gchk_tensor_work *tensor, size_t index, gchk_error *error) {
  size_t total = work->instance->t[index].count;
  *tensor = (gchk_tensor_work){.index = index, .total = total, .findings = {.arena = work->arena}};
  bool has_all = true;
  for (size_t d = 0; d < work->draw_count; d++) {
    tensor->analytic[d] = gchk_arena_alloc(work->scratch, total, sizeof(double));
    tensor->numeric[d] = gchk_arena_alloc(work->scratch, total, sizeof(double));
    tensor->bound[d] = gchk_arena_alloc(work->scratch, total, sizeof(double));
    has_all = has_all && tensor->analytic[d] != NULL && tensor->numeric[d] != NULL && tensor->bound[d] != NULL;
    for (size_t e = 0; has_all && e < total; e++)
      tensor->numeric[d][e] = tensor->bound[d][e] = (double)NAN;
  }
  tensor->step = gchk_arena_alloc(work->scratch, total, sizeof(double));
  tensor->verdict = gchk_arena_alloc(work->scratch, total, sizeof *tensor->verdict);
  tensor->checked = gchk_arena_alloc(work->scratch, total, sizeof *tensor->checked);
  tensor->doubt = gchk_arena_alloc(work->scratch, total, sizeof *tensor->doubt);
  tensor->is_evidence = gchk_arena_alloc(work->scratch, total, sizeof *tensor->is_evidence);
  if (!has_all || tensor->doubt == NULL || tensor->is_evidence == NULL || tensor->step == NULL ||
      tensor->verdict == NULL || tensor->checked == NULL)
    return gchk_fail_memory(error, work->instance->t[index].name);
  for (size_t e = 0; e < total; e++) {
    tensor->checked[e] = e;
    tensor->verdict[e] = GCHK_SKIPPED;
  }
  tensor->checked_count = total;
  return GCHK_OK;
}
