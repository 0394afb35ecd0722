/*
 * The elements that are checked: all of them, or some where a budget says so or all would take too long.
 *
 * A tensor that is not checked whole is sampled: NUMERICS, "Large tensors". The row states with what probability a bug
 * that hits one per cent of its elements is found. Before that the whole tensor is screened along random directions,
 * and the culprits that this finds are checked beside the sample.
 *
 * Without a budget a case is screened by itself where a full check of it would be more than GCHK_FULL_CHECK_OPERATIONS:
 * small tensors, and the cheapest, as many as three quarters of that are enough for, are checked whole; of the others
 * as many elements as find such a bug in 99 of 100 runs, or fewer where all that would take the last quarter.
 */
#include "screen/budget.h"

#include <math.h>

#include "core/memory.h"
#include "decide/full_cost.h"
#include "measure/tensor_work.h"
#include "screen/sample.h"
#include "screen/screen_case.h"

static const double stated_fraction = 0.01, wanted_probability = 0.99;
static const double cheap = 0.02, samples = 0.25; // of a full check: a tensor that is cheap, and all samples
enum { WHOLE = 512 };                             // elements of a small tensor

uint64_t gchk_budget_of(const gchk_case *spec, const gchk_options *options) {
  const bool is_bounded = spec->auxiliary == GCHK_VARIED && spec->planted == GCHK_PLANT_NOTHING;
  if (is_bounded && (options->budget == 0 || options->budget > GCHK_VARIED_ELEMENTS))
    return GCHK_VARIED_ELEMENTS;
  return options->budget;
}

/* How the elements of a case are chosen. */
typedef struct plan {
  uint64_t budget;  /* 0: none */
  bool is_screened; /* by itself */
  double full;      /* operations of a full check */
  double cheap;     /* of a tensor that is checked whole, at the most */
  double part;      /* of the wanted samples, where not even these are cheap */
} plan;

static double whole_cost(const gchk_tensor_work *tensor) {
  return (double)tensor->total * tensor->element_cost;
}

/* What all tensors cost of which none costs more. */
static double cost_up_to(const gchk_case_work *work, double most) {
  double sum = 0;
  for (size_t k = 0; k < work->tensor_count; k++)
    sum += whole_cost(&work->tensors[k]) <= most ? whole_cost(&work->tensors[k]) : 0;
  return sum;
}

static double find_cheap(const gchk_case_work *work) {
  double found = 0;
  for (size_t k = 0; k < work->tensor_count; k++) {
    const double cost = whole_cost(&work->tensors[k]);
    if (cost > found && cost <= cheap * GCHK_FULL_CHECK_OPERATIONS &&
        cost_up_to(work, cost) <= (1 - samples) * GCHK_FULL_CHECK_OPERATIONS)
      found = cost;
  }
  return found;
}

/* Of a tensor in a case that is screened: how many elements at best, and what they cost; 0: all, which is cheap. */
static size_t wanted_of(const gchk_tensor_work *tensor, double most, double *cost) {
  const size_t sample = gchk_sample_size(stated_fraction, wanted_probability) + GCHK_SAMPLE_LEAST;
  const size_t wanted = tensor->total <= WHOLE || tensor->total < sample ? tensor->total : sample;
  const bool is_cheap = whole_cost(tensor) <= most;
  *cost = is_cheap ? 0 : (double)wanted * tensor->element_cost;
  return is_cheap ? tensor->total : wanted;
}

static gchk_status make_plan(gchk_case_work *work, plan *made, gchk_error *error) {
  *made = (plan){.budget = gchk_budget_of(work->spec, work->options), .part = 1};
  if (made->budget > 0 || work->options->full)
    return GCHK_OK;
  GCHK_TRY(gchk_full_cost(work, &made->full, error));
  made->is_screened = made->full > GCHK_FULL_CHECK_OPERATIONS;
  made->cheap = find_cheap(work);
  double all = 0;
  for (size_t k = 0; k < work->tensor_count; k++) {
    double cost;
    (void)wanted_of(&work->tensors[k], made->cheap, &cost);
    all += cost;
  }
  made->part = all > 0 ? fmin(1, samples * GCHK_FULL_CHECK_OPERATIONS / all) : 1;
  return GCHK_OK;
}

static size_t share_of_budget(const gchk_case_work *work, const gchk_tensor_work *tensor, uint64_t budget) {
  double all = 0;
  for (size_t k = 0; k < work->tensor_count; k++)
    all += (double)work->tensors[k].total;
  double share = floor((double)budget * ((double)tensor->total / all));
  // A small tensor of a case that gradcheck chose is checked whole: what is sampled of it would be named by halves.
  const size_t least = work->options->budget == budget ? GCHK_SAMPLE_LEAST : 16;
  if (share < (double)least)
    return tensor->total < least ? tensor->total : least;
  return share < (double)tensor->total ? (size_t)share : tensor->total;
}

static size_t share_of(const gchk_case_work *work, const gchk_tensor_work *tensor, const plan *p) {
  if (p->budget > 0)
    return share_of_budget(work, tensor, p->budget);
  if (!p->is_screened)
    return tensor->total;
  double cost;
  const size_t wanted = wanted_of(tensor, p->cheap, &cost), part = (size_t)(p->part * (double)wanted);
  if (cost == 0 || part >= wanted)
    return wanted;
  return part < GCHK_SAMPLE_LEAST ? GCHK_SAMPLE_LEAST : part; // those of a smaller tensor are all of it
}

gchk_status gchk_choose_elements(gchk_case_work *work, gchk_case_result *result, gchk_error *error) {
  plan p;
  GCHK_TRY(make_plan(work, &p, error));
  if (p.is_screened)
    result->screened = p.full;
  size_t k = 0;
  for (size_t i = 0; i < result->tensor_count; i++) {
    gchk_tensor_result *row = &result->tensors[i];
    if (row->verdict == GCHK_SKIPPED)
      continue;
    gchk_tensor_work *tensor = &work->tensors[k++];
    const size_t share = share_of(work, tensor, &p);
    if (share >= tensor->total) {
      gchk_check_all(tensor);
    } else {
      const size_t sampled =
          gchk_sample_elements(tensor->total, share, gchk_place_of_largest(tensor), &work->random, tensor->checked);
      tensor->checked_count = sampled;
      if (!gchk_instance_is_inner_value(work->instance, tensor->index)) // a direction of one would be lost in forward
        GCHK_TRY(gchk_screen_case_tensor(work, tensor, error));
      if (work->options->budget > 0 || p.is_screened) { // not a case that gradcheck chose
        row->sample_fraction = stated_fraction;
        row->sample_probability = gchk_sample_probability(tensor->total, sampled, stated_fraction); // no culprits
      }
    }
    row->checked = tensor->checked_count;
  }
  return GCHK_OK;
}
