/* The arrays of one tensor that is differentiated. */
#include "measure/tensor_work.h"

#include <assert.h>
#include <math.h>
#include <stddef.h>
#include <string.h>

#include "core/memory.h"

#define DRAWS(name)   .member = offsetof(gchk_tensor_work, name), .size = sizeof(double), .is_of_draw = true
#define NUMBERS(name) .member = offsetof(gchk_tensor_work, name), .size = sizeof(double)
#define KINDS(name)   .member = offsetof(gchk_tensor_work, name), .size = 1
const gchk_tensor_array gchk_tensor_arrays[GCHK_TENSOR_ARRAYS] = {
    {DRAWS(analytic), .is_decided = true},
    {DRAWS(numeric), .is_unknown = true, .is_decided = true},
    {DRAWS(bound), .is_unknown = true, .is_decided = true},
    {DRAWS(numeric_bound), .is_unknown = true, .is_decided = true},
    {DRAWS(slack), .is_decided = true},
    {KINDS(verdict), .is_decided = true},
    {KINDS(doubt), .is_decided = true},
    {KINDS(resolution), .is_decided = true},
    {KINDS(caught), .is_decided = true},
    {KINDS(suspicion), .is_decided = true},
    {KINDS(point), .is_decided = true},
    {KINDS(is_evidence)}, // by the tally of all
    {NUMBERS(step), .is_decided = true},
};

void *gchk_tensor_array_of(const gchk_tensor_work *tensor, const gchk_tensor_array *array, size_t draw) {
  void *data; // whatever it points to
  memcpy(&data, (const char *)tensor + array->member + draw * sizeof data, sizeof data);
  return data;
}

static bool make_array(gchk_arena *arena, gchk_tensor_work *tensor, const gchk_tensor_array *array, size_t draw) {
  void *data = array->is_unknown ? (void *)gchk_arena_unknown(arena, tensor->total)
                                 : gchk_arena_alloc(arena, tensor->total, array->size);
  memcpy((char *)tensor + array->member + draw * sizeof data, &data, sizeof data);
  return data != NULL;
}

gchk_status gchk_tensor_work_init(gchk_case_work *work, gchk_tensor_work *tensor, size_t index, gchk_error *error) {
  static_assert(sizeof(double *) == sizeof(void *) && sizeof(unsigned char *) == sizeof(void *),
                "pointers of one size");
  size_t total = work->instance->t[index].count;
  *tensor = (gchk_tensor_work){.index = index,
                               .total = total,
                               .is_declared_zero = work->instance->layer->tensors[index].gradient_is_zero,
                               .findings = {.arena = work->arena}};
  bool has_all = true;
  for (size_t k = 0; k < GCHK_TENSOR_ARRAYS; k++)
    for (size_t d = 0; d < (gchk_tensor_arrays[k].is_of_draw ? work->draw_count : 1); d++)
      has_all = make_array(work->scratch, tensor, &gchk_tensor_arrays[k], d) && has_all;
  tensor->checked = gchk_arena_unset(work->scratch, total, sizeof *tensor->checked);
  if (!has_all || tensor->checked == NULL)
    return gchk_fail_memory(error, work->instance->t[index].name);
  memset(tensor->verdict, GCHK_SKIPPED, total);
  return GCHK_OK;
}

void gchk_leave_last_draw_out(gchk_case_work *work) {
  void *const none = NULL;
  assert(work->draw_count > 1);
  const size_t draw = --work->draw_count;
  for (size_t i = 0; i < work->tensor_count; i++)
    for (size_t k = 0; k < GCHK_TENSOR_ARRAYS; k++)
      if (gchk_tensor_arrays[k].is_of_draw)
        memcpy((char *)&work->tensors[i] + gchk_tensor_arrays[k].member + draw * sizeof none, &none, sizeof none);
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
