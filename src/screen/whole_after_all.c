/* The elements that a screening left out, where it is in doubt. */
#include "screen/whole_after_all.h"

#include <math.h>
#include <string.h>

#include "core/memory.h"
#include "decide/differentiate_tensor.h"
#include "decide/full_cost.h"
#include "decide/tally.h"
#include "measure/tensor_work.h"

static const double affordable = 0.25; /* of a full check */

static bool is_in_doubt(const gchk_tensor_work *tensor) {
  bool is_wrong_along = false;
  for (size_t d = 0; d < GCHK_MAX_DRAWS; d++)
    is_wrong_along = is_wrong_along || tensor->along[d] > 0;
  return is_wrong_along && tensor->tally.worst != GCHK_FAIL && tensor->checked_count < tensor->total;
}

static gchk_status find_affordable(gchk_case_work *work, const gchk_tensor_work *tensor, bool *is_affordable,
                                   gchk_error *error) {
  double all;
  *is_affordable = work->options->full;
  if (*is_affordable || work->options->budget > 0)
    return GCHK_OK;
  GCHK_TRY(gchk_full_cost(work, &all, error));
  *is_affordable = (double)tensor->total * tensor->element_cost <= affordable * GCHK_FULL_CHECK_OPERATIONS;
  return GCHK_OK;
}

/* The elements that are not checked yet, ascending. */
static size_t find_rest(const gchk_tensor_work *tensor, size_t *rest) {
  size_t count = 0;
  for (size_t e = 0, k = 0; e < tensor->total; e++)
    if (k < tensor->checked_count && tensor->checked[k] == e)
      k++;
    else
      rest[count++] = e;
  return count;
}

static void forget_screening(gchk_tensor_work *tensor, gchk_tensor_result *row) {
  gchk_finding_list *list = &tensor->findings;
  size_t kept = 0;
  for (size_t i = 0; i < list->count; i++)
    if (!gchk_finding_is(&list->findings[i], GCHK_CODE_SCREENED))
      list->findings[kept++] = list->findings[i];
  list->count = kept;
  memset(tensor->along, 0, sizeof tensor->along);
  row->checked = tensor->total;
  row->sample_fraction = row->sample_probability = (double)NAN;
}

static gchk_status check_rest(gchk_case_work *work, gchk_tensor_work *tensor, gchk_error *error) {
  size_t *const all = tensor->checked;
  size_t *rest = gchk_arena_alloc(work->scratch, tensor->total, sizeof *rest);
  const double hidden = tensor->hidden;
  if (rest == NULL)
    return gchk_fail_memory(error, "the elements of a tensor");
  tensor->checked_count = find_rest(tensor, rest);
  tensor->checked = rest;
  const gchk_status status = gchk_differentiate_tensor(work, tensor, error);
  tensor->checked = all;
  gchk_check_all(tensor);
  tensor->hidden = fmax(tensor->hidden, hidden);
  gchk_tally_tensor(tensor);
  return status;
}

gchk_status gchk_check_whole_after_all(gchk_case_work *work, gchk_case_result *result, gchk_error *error) {
  for (size_t k = 0; k < work->tensor_count; k++) {
    gchk_tensor_work *tensor = &work->tensors[k];
    gchk_tensor_result *row = gchk_row_of(work, result, tensor);
    bool is_affordable;
    if (row == NULL || !is_in_doubt(tensor))
      continue;
    GCHK_TRY(find_affordable(work, tensor, &is_affordable, error));
    if (!is_affordable)
      continue;
    GCHK_TRY(check_rest(work, tensor, error));
    forget_screening(tensor, row);
  }
  return GCHK_OK;
}
