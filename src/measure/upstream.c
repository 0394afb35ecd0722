/* The upstream gradients of a check. */
#include "measure/upstream.h"

#include <math.h>

#include "core/memory.h"
#include "measure/variable.h"

static const double units = 4; // of rounding, that a product may be off by; and so many of each of its terms

// A loss from a callback, without an output tensor, has nowhere to take another upstream gradient from than 1.
static bool has_output(const gchk_instance *instance) {
  for (size_t i = 0; i < instance->tensor_count; i++)
    if (instance->t[i].role == GCHK_OUTPUT)
      return true;
  return false;
}

gchk_status gchk_draw_upstream(gchk_case_work *work, gchk_error *error) {
  bool is_fixed = (work->instance->layer->flags & GCHK_IGNORES_UPSTREAM) != 0 || !has_output(work->instance);
  work->draw_count = is_fixed ? 1 : GCHK_MAX_DRAWS;
  for (size_t d = 0; d < work->draw_count; d++) {
    work->v[d] = gchk_arena_alloc(work->scratch, work->output_count, sizeof(double));
    if (work->v[d] == NULL)
      return gchk_fail_memory(error, "upstream gradients");
    for (size_t j = 0; j < work->output_count; j++)
      work->v[d][j] = gchk_random_signed(&work->random);
    gchk_round_upstream(work->instance, work->v[d]);
  }
  // The loss itself is what the documents differentiate, and what a loss that ignores its upstream gradient assumes.
  if (work->output_count == 1 || is_fixed)
    for (size_t j = 0; j < work->output_count; j++)
      work->v[0][j] = 1;
  return GCHK_OK;
}

gchk_status gchk_draw_upstream_as(gchk_case_work *other, const gchk_case_work *work, gchk_error *error) {
  GCHK_TRY(gchk_draw_upstream(other, error));
  other->draw_count = work->draw_count;
  other->keeps_draws = true;
  return GCHK_OK;
}

// A NaN is no multiple, and an infinite slack makes none.
static size_t count_multiples(const gchk_tensor_work *tensor, double v) {
  const double *first = tensor->analytic[0], *second = tensor->analytic[1], *slack = tensor->slack[0];
  const double terms = isfinite(tensor->terms[0]) ? tensor->terms[0] : 0;
  size_t count = 0;
  for (size_t e = 0; e < tensor->total; e++) {
    const double rounding = units * tensor->unit * (fabs(first[e]) + terms);
    const double allowed = fabs(v) * (slack[e] > rounding ? slack[e] : rounding);
    count += (fabs(second[e] - v * first[e]) <= allowed) & (allowed - allowed == 0);
  }
  return count;
}

bool gchk_is_multiple(const gchk_case_work *work) {
  for (size_t k = 0; k < work->tensor_count; k++)
    if (count_multiples(&work->tensors[k], work->v[1][0]) < work->tensors[k].total)
      return false;
  return true;
}
