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
#include "measure/tensor_work.h"

static const double stated_fraction = 0.01;

uint64_t gchk_budget_of(const gchk_case *spec, const gchk_options *options) {
  const bool is_bounded = spec->auxiliary == GCHK_VARIED && spec->planted == GCHK_PLANT_NOTHING;
  if (is_bounded && (options->budget == 0 || options->budget > GCHK_VARIED_ELEMENTS))
    return GCHK_VARIED_ELEMENTS;
  return options->budget;
}

static size_t share_of(const gchk_case_work *work, const gchk_tensor_work *tensor, uint64_t budget) {
  double all = 0;
  for (size_t k = 0; k < work->tensor_count; k++)
    all += (double)work->tensors[k].total;
  double share = floor((double)budget * ((double)tensor->total / all));
  // A small tensor of a case that gradcheck chose is checked whole: what is sampled of it would be named by halves.
  const size_t least = work->options->budget == budget ? 3 : 16;
  return share < (double)least ? (tensor->total < least ? tensor->total : least) : (size_t)share;
}

gchk_status gchk_choose_elements(gchk_case_work *work, gchk_case_result *result, gchk_error *error) {
  const uint64_t budget = gchk_budget_of(work->spec, work->options);
  size_t k = 0;
  for (size_t i = 0; i < result->tensor_count; i++) {
    gchk_tensor_result *row = &result->tensors[i];
    if (row->verdict == GCHK_SKIPPED)
      continue;
    gchk_tensor_work *tensor = &work->tensors[k++];
    size_t share = budget == 0 ? tensor->total : share_of(work, tensor, budget);
    if (share < tensor->total) {
      tensor->checked_count =
          gchk_sample_elements(tensor->total, share, gchk_place_of_largest(tensor), &work->random, tensor->checked);
      if (!gchk_instance_is_inner_value(work->instance, tensor->index)) // a direction of one would be lost in forward
        GCHK_TRY(gchk_screen_case_tensor(work, tensor, error));
      if (work->options->budget > 0) { // a sample that was asked for
        row->sample_fraction = stated_fraction;
        row->sample_probability = gchk_sample_probability(tensor->total, tensor->checked_count, stated_fraction);
      }
    }
    row->checked = tensor->checked_count;
  }
  return GCHK_OK;
}
