/* Measuring how much a layer varies from call to call. */
#include "measure/spread.h"

#include <math.h>

#include "core/memory.h"
#include "measure/analytic.h"
#include "measure/move_doubles.h"
#include "measure/reordering.h"
#include "numeric/stencil.h"

enum { REPEATS = 8, TRIALS = 3 /* that are all the same: exact, for two orders may give one sum */ };

typedef struct repeat {
  double *y;
  double **gradient; // one a tensor of the work: NULL for what is read in place
} repeat;

// One a tensor of the work, of zeros; where `for_gradients`, NULL for those whose gradient is read in place.
static gchk_status arrays_new(const gchk_case_work *work, gchk_arena *arena, bool for_gradients, double ***arrays,
                              gchk_error *error) {
  *arrays = gchk_arena_alloc(arena, work->tensor_count, sizeof **arrays);
  if (*arrays == NULL)
    return gchk_fail_memory(error, "repeated calls");
  for (size_t k = 0; k < work->tensor_count; k++) {
    if (for_gradients && gchk_gradient_is_in_place(work, k))
      continue;
    (*arrays)[k] = gchk_arena_alloc(arena, work->tensors[k].total, sizeof(double));
    if ((*arrays)[k] == NULL)
      return gchk_fail_memory(error, "repeated calls");
  }
  return GCHK_OK;
}

static gchk_status take(gchk_case_work *work, size_t draw, repeat *r, gchk_error *error) {
  GCHK_TRY(gchk_instance_forward(work->instance, error));
  GCHK_TRY(gchk_instance_outputs(work->instance, r->y, error));
  return gchk_backward_gradients(work, work->v[draw], NULL, error);
}

static bool is_same(const gchk_case_work *work, const repeat *r) {
  bool same = gchk_first_beyond(work->y, r->y, NULL, work->output_count) == work->output_count;
  for (size_t k = 0; k < work->tensor_count && same; k++) {
    const gchk_tensor_work *tensor = &work->tensors[k];
    const double *gradient = gchk_gradient_left(work, k, r->gradient[k]);
    same = gchk_first_beyond(tensor->analytic[0], gradient, NULL, tensor->total) == tensor->total;
  }
  return same;
}

/*
 * sigma^2 = sum change^2/(2 R) over the repeats of all draws, R of one: a difference of two calls has twice the
 * variance of one. No change is larger than sqrt(2 R) = 4 such sigma, which is how many enter a bound: what was seen
 * once is covered.
 */
static void add_square(const gchk_case_work *work, const double *y, double squares[GCHK_MAX_DRAWS]) {
  for (size_t d = 0; d < work->draw_count; d++) {
    const double change = gchk_project(work->v[d], y, work->y, work->output_count);
    squares[d] += isfinite(change) ? change * change : 0;
  }
}

static gchk_status repeat_all(gchk_case_work *work, repeat *r, gchk_spread *spread, gchk_error *error) {
  double squares[GCHK_MAX_DRAWS] = {0};
  for (size_t d = 0; d < work->draw_count; d++) {
    GCHK_TRY(arrays_new(work, work->scratch, false, &spread->change[d], error));
    for (size_t n = 0; n < REPEATS; n++) {
      GCHK_TRY(take(work, d, r, error));
      gchk_raise_to_change(spread->output, r->y, work->y, work->output_count, 1);
      add_square(work, r->y, squares); // of all repeats, of either draw
      for (size_t k = 0; k < work->tensor_count; k++)
        gchk_raise_to_change(spread->change[d][k], gchk_gradient_left(work, k, r->gradient[k]),
                             work->tensors[k].analytic[d], work->tensors[k].total, 1);
    }
  }
  for (size_t d = 0; d < work->draw_count; d++)
    spread->sigma[d] = sqrt(squares[d] / (2 * (double)REPEATS));
  return GCHK_OK;
}

static gchk_status measure(gchk_case_work *work, repeat *r, gchk_spread *spread, gchk_error *error) {
  for (size_t n = 0; n < TRIALS && spread->is_exact; n++) {
    GCHK_TRY(take(work, 0, r, error));
    spread->is_exact = is_same(work, r);
  }
  if (spread->is_exact)
    return GCHK_OK;
  spread->output = gchk_arena_alloc(work->scratch, work->output_count, sizeof(double));
  if (spread->output == NULL)
    return gchk_fail_memory(error, "repeated calls");
  return repeat_all(work, r, spread, error);
}

gchk_status gchk_measure_spread(gchk_case_work *work, gchk_spread *spread, gchk_error *error) {
  *spread = (gchk_spread){.is_exact = true};
  gchk_arena *arena = gchk_arena_new(); // of one repeat, whose gradients may be large
  repeat r = {.y = arena != NULL ? gchk_arena_alloc(arena, work->output_count, sizeof(double)) : NULL};
  gchk_status status = GCHK_OK;
  if (r.y == NULL)
    status = gchk_fail_memory(error, "repeated calls");
  if (status == GCHK_OK)
    status = arrays_new(work, arena, true, &r.gradient, error);
  if (status == GCHK_OK)
    status = measure(work, &r, spread, error);
  gchk_arena_free(arena);
  return status;
}
