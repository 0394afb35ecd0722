/*
 * The elements that are checked within a budget.
 *
 * A tensor that is not checked whole is sampled: NUMERICS, "Large tensors". The row states with what probability a bug
 * that hits one per cent of its elements is found. Before that the whole tensor is screened along a random direction,
 * and the culprits that this finds are checked beside the sample.
 */
#include "decide/budget.h"

#include <math.h>

#include "core/memory.h"
#include "decide/sample.h"
#include "decide/screen_case.h"

static const double stated_fraction = 0.01;

static size_t share_of(const gchk_case_work *work, const gchk_tensor_work *tensor) {
  double all = 0;
  for (size_t k = 0; k < work->tensor_count; k++)
    all += (double)work->tensors[k].total;
  double share = floor((double)work->options->budget * ((double)tensor->total / all));
  return share < 3 ? (tensor->total < 3 ? tensor->total : 3) : (size_t)share;
}

static size_t place_of_largest(const gchk_tensor_work *tensor) {
  size_t largest = 0;
  for (size_t e = 0; e < tensor->total; e++)
    if (fabs(tensor->analytic[0][e]) > fabs(tensor->analytic[0][largest]))
      largest = e;
  return largest;
}

gchk_status gchk_choose_elements(gchk_case_work *work, gchk_case_result *result, gchk_error *error) {
  size_t k = 0;
  for (size_t i = 0; i < result->tensor_count; i++) {
    gchk_tensor_result *row = &result->tensors[i];
    if (row->verdict == GCHK_SKIPPED)
      continue;
    gchk_tensor_work *tensor = &work->tensors[k++];
    size_t share = work->options->budget == 0 ? tensor->total : share_of(work, tensor);
    if (share < tensor->total) {
      tensor->checked_count =
          gchk_sample_elements(tensor->total, share, place_of_largest(tensor), &work->random, tensor->checked);
      if (!gchk_instance_is_inner_value(work->instance, tensor->index)) // a direction of one would be lost in forward
        GCHK_TRY(gchk_screen_case_tensor(work, tensor, error));
      row->sample_fraction = stated_fraction;
      row->sample_probability = gchk_sample_probability(tensor->total, tensor->checked_count, stated_fraction);
    }
    row->checked = tensor->checked_count;
  }
  return GCHK_OK;
}
