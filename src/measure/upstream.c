/* The upstream gradients of a check. */
#include "measure/upstream.h"

#include "core/memory.h"
#include "measure/variable.h"

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
