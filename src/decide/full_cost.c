/*
 * The cost of elements, from the operations of forwards, updates, and points of vary (cost/operations.h).
 *
 * By forward each is an upper bound. What is asked beyond that is asked where the bound is too much alone: most cases
 * cost nothing to count.
 */
#include "decide/full_cost.h"

#include <math.h>

#include "core/memory.h"
#include "cost/operations.h"
#include "instance/instance.h"
#include "lines/grouping.h"
#include "lines/ways.h"
#include "measure/work_calls.h"

static const double evaluations = GCHK_USUAL_EVALUATIONS;
static const double of_group_member = 1e5; /* an element whose line is walked again for each evaluation, some 5 us */

static double sum(const gchk_case_work *work) {
  double operations = 0;
  for (size_t k = 0; k < work->tensor_count; k++)
    operations += (double)work->tensors[k].total * work->tensors[k].element_cost;
  return operations;
}

/* Forward writes an intermediate value anew: where nothing else evaluates it, it is not checked. */
static bool is_out_of_reach(const gchk_case_work *work, const gchk_tensor_work *tensor, gchk_way way) {
  return way == GCHK_BY_FORWARD && gchk_instance_is_inner_value(work->instance, tensor->index);
}

/* An element by the way that there is. */
static gchk_status count_by_way(gchk_case_work *work, gchk_tensor_work *tensor, double forward, gchk_way *way,
                                gchk_error *error) {
  double operations = forward;
  GCHK_TRY(gchk_find_way(work, tensor, way, &operations, error));
  if (*way == GCHK_BY_UPDATE)
    GCHK_TRY(gchk_count_by_update(work, tensor, &operations, error));
  tensor->element_cost = is_out_of_reach(work, tensor, *way) ? 0 : evaluations * operations;
  return GCHK_OK;
}

/* All elements of a tensor in so many groups, which so many forwards found. */
static double cost_in_groups(const gchk_tensor_work *tensor, double forward, double found_by, double groups) {
  return forward * (found_by + evaluations * groups) + of_group_member * (double)tensor->total;
}

static bool may_group(const gchk_case_work *work, const gchk_tensor_work *tensor, gchk_way way) {
  return way != GCHK_BY_VARY && tensor->total > 0 && gchk_grouping_cost(work, tensor) > 0;
}

/* If no output belonged to two elements, unless there are fewer outputs. */
static double least_cost(const gchk_case_work *work, const gchk_tensor_work *tensor, double forward, gchk_way way) {
  const double total = (double)tensor->total, by_itself = total * tensor->element_cost;
  if (!may_group(work, tensor, way))
    return by_itself;
  const double groups = total > (double)work->output_count ? total / (double)work->output_count : 1;
  return fmin(by_itself, cost_in_groups(tensor, forward, (double)gchk_grouping_cost(work, tensor), groups));
}

/* `most`: forwards that windows may be looked for by. */
static gchk_status count_in_groups(gchk_case_work *work, gchk_tensor_work *tensor, gchk_way way, double forward,
                                   double most, gchk_error *error) {
  const uint64_t before = gchk_work_calls(work);
  gchk_pattern *pattern;
  bool holds;
  GCHK_TRY(gchk_find_grouping(work, tensor, most, &pattern, error));
  GCHK_TRY(gchk_audit_grouping(work, tensor, &holds, error));
  if (!holds)
    return GCHK_OK;
  const double found_by = (double)(gchk_work_calls(work) - before), total = (double)tensor->total;
  const size_t groups = gchk_group_count(pattern);
  if (gchk_groups_pay(work, tensor, groups, tensor->total, way == GCHK_BY_UPDATE))
    tensor->element_cost =
        fmin(tensor->element_cost, cost_in_groups(tensor, forward, found_by, (double)groups) / total);
  return GCHK_OK;
}

/* Groups, as long as they may bring all down to what is not too much. */
static gchk_status look_for_groups(gchk_case_work *work, const gchk_way *ways, double forward, gchk_error *error) {
  double least = 0;
  for (size_t k = 0; k < work->tensor_count; k++)
    least += least_cost(work, &work->tensors[k], forward, ways[k]);
  for (size_t k = 0; k < work->tensor_count && least <= GCHK_FULL_CHECK_OPERATIONS; k++) {
    gchk_tensor_work *tensor = &work->tensors[k];
    const double expected = least_cost(work, tensor, forward, ways[k]);
    if (may_group(work, tensor, ways[k]))
      GCHK_TRY(count_in_groups(work, tensor, ways[k], forward, (GCHK_FULL_CHECK_OPERATIONS - least) / forward, error));
    least += (double)tensor->total * tensor->element_cost - expected;
  }
  return GCHK_OK;
}

static gchk_status ask(gchk_case_work *work, double forward, double *operations, gchk_error *error) {
  gchk_way *ways = gchk_arena_alloc(work->scratch, work->tensor_count, sizeof *ways);
  if (ways == NULL)
    return gchk_fail_memory(error, "the cost of elements");
  for (size_t k = 0; k < work->tensor_count; k++)
    GCHK_TRY(count_by_way(work, &work->tensors[k], forward, &ways[k], error));
  if (sum(work) > GCHK_FULL_CHECK_OPERATIONS)
    GCHK_TRY(look_for_groups(work, ways, forward, error));
  *operations = sum(work);
  return gchk_instance_forward(work->instance, error);
}

gchk_status gchk_full_cost(gchk_case_work *work, double *operations, gchk_error *error) {
  double forward;
  GCHK_TRY(gchk_count_forward(work->instance->layer, &work->instance->sizes, &forward, error));
  for (size_t k = 0; k < work->tensor_count; k++)
    work->tensors[k].element_cost = evaluations * forward;
  *operations = sum(work);
  return *operations <= GCHK_FULL_CHECK_OPERATIONS ? GCHK_OK : ask(work, forward, operations, error);
}

bool gchk_is_too_much(const gchk_case_work *work, double forwards) {
  double operations;
  return gchk_count_forward(work->instance->layer, &work->instance->sizes, &operations, NULL) == GCHK_OK &&
         forwards * operations > GCHK_FULL_CHECK_OPERATIONS;
}
