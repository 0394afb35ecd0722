/*
 * Pilots of a tensor.
 *
 * The elements of a tensor are mostly alike. Five of them, where the gradient is largest and spread over the tensor,
 * tell the noise of the outputs: the median of those around which the function is smooth, so that one kink does not
 * spoil a tensor. The step that the first of them settled on, with the largest steps tried too where it shows no
 * truncation (a linear layer), is where the others start. One that moves no output at all teaches nothing. The noise of
 * a tensor that was screened is that along the random direction.
 */
#include "decide/pilot.h"

#include <math.h>

#include "core/memory.h"
#include "core/statistics.h"
#include "lines/jobs.h"
#include "measure/tensor_work.h"
#include "numeric/differentiate.h"
#include "numeric/noise.h"

enum { PILOTS = 5 };

// Distinct elements, the one with the largest gradient first.
static size_t choose(const gchk_tensor_work *tensor, size_t chosen[PILOTS]) {
  size_t last = tensor->total - 1;
  const size_t places[PILOTS] = {gchk_place_of_largest(tensor), 0, last, last / 3, last - last / 3};
  size_t count = 0;
  for (size_t i = 0; i < PILOTS; i++) {
    bool is_new = true;
    for (size_t k = 0; k < count; k++)
      is_new = is_new && chosen[k] != places[i];
    if (is_new)
      chosen[count++] = places[i];
  }
  return count;
}

/* The noise that pilots found: the median of the smooth ones; where there is none, the smallest is the best guess. */
static double typical_noise(const double *found, const bool *is_smooth, size_t count) {
  double smooth[PILOTS] = {0}, smallest = HUGE_VAL;
  size_t smooth_count = 0;
  for (size_t k = 0; k < count; k++) {
    smallest = fmin(smallest, found[k]);
    if (is_smooth[k])
      smooth[smooth_count++] = found[k];
  }
  if (smooth_count == 0)
    return count == 0 ? 0 : smallest;
  gchk_sort(smooth, smooth_count);
  return smooth[smooth_count / 2];
}

typedef struct pilots {
  size_t count, element[PILOTS];
  double noise[GCHK_MAX_DRAWS][PILOTS];
  bool is_smooth[GCHK_MAX_DRAWS][PILOTS];
} pilots;

static gchk_status measure_noise(void *context, gchk_tensor_line *l, size_t element, gchk_error *error) {
  pilots *p = context;
  double sigma[GCHK_MAX_DRAWS] = {0};
  bool is_smooth[GCHK_MAX_DRAWS] = {false};
  size_t k = 0;
  while (p->element[k] != element)
    k++;
  gchk_tensor_line_aim(l, element);
  gchk_status status = gchk_measure_noise(&l->line, l->space, sigma, is_smooth, error);
  gchk_tensor_line_restore(l);
  for (size_t d = 0; d < l->line.draw_count; d++) {
    p->noise[d][k] = sigma[d];
    p->is_smooth[d][k] = is_smooth[d];
  }
  return status;
}

static gchk_status learn_noise(gchk_tensor_line *l, gchk_groups *groups, pilots *p, gchk_error *error) {
  const gchk_line_job job = {.attempt = measure_noise, .context = p};
  GCHK_TRY(gchk_do_job(groups, l, &job, p->element, p->count, error));
  for (size_t d = 0; d < l->line.draw_count; d++)
    l->tensor->sigma[d] = typical_noise(p->noise[d], p->is_smooth[d], p->count);
  return GCHK_OK;
}

static gchk_status seek_start(void *context, gchk_tensor_line *l, size_t element, gchk_error *error) {
  gchk_derivative *d = context;
  const gchk_ladder ladder = {.seek_best = true};
  gchk_tensor_line_aim(l, element);
  gchk_status status = gchk_differentiate(&l->line, &ladder, l->space, d, error);
  gchk_tensor_line_restore(l);
  return status;
}

static gchk_status learn_start(gchk_tensor_line *l, gchk_groups *groups, const pilots *p, gchk_error *error) {
  gchk_derivative *d = gchk_arena_alloc(l->work->scratch, GCHK_MAX_DRAWS, sizeof *d);
  if (d == NULL)
    return gchk_fail_memory(error, "differentiation");
  const gchk_line_job job = {.attempt = seek_start, .context = d, .is_ladder = true};
  for (size_t k = 0; k < p->count && !(l->tensor->start > 0); k++) {
    GCHK_TRY(gchk_do_job(groups, l, &job, &p->element[k], 1, error));
    if (d[0].smoothness == GCHK_SMOOTH && !d[0].is_flat && d[0].step > 0)
      l->tensor->start = d[0].step;
  }
  return GCHK_OK;
}

gchk_status gchk_pilot(gchk_tensor_line *l, gchk_groups *groups, gchk_error *error) {
  pilots p = {.count = 0};
  if (l->tensor->has_pilot || l->is_out_of_reach)
    return GCHK_OK;
  p.count = choose(l->tensor, p.element);
  if (!l->tensor->has_noise)
    GCHK_TRY(learn_noise(l, groups, &p, error));
  if (!(l->fixed_step > 0))
    GCHK_TRY(learn_start(l, groups, &p, error));
  l->tensor->has_pilot = true;
  return GCHK_OK;
}
