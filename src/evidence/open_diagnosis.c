#include "evidence/open_diagnosis.h"

#include <math.h>

#include "core/memory.h"
#include "evidence/candidate.h"
#include "instance/precision.h"

bool gchk_fails_at_base(const gchk_tensor_work *w) {
  for (size_t k = 0; k < w->checked_count; k++)
    if (w->verdict[w->checked[k]] == GCHK_FAIL && w->point[w->checked[k]] == 0)
      return true;
  return false;
}

// Figures of two points do not fit together: those of the base point, unless all that fails was found elsewhere.
static void count_elements(gchk_diagnosis *d) {
  const gchk_tensor_work *w = d->tensor;
  const bool at_base = gchk_fails_at_base(w);
  for (size_t k = 0; k < w->checked_count; k++) {
    size_t i = w->checked[k];
    if (w->verdict[i] != GCHK_FAIL) {
      d->pass_count += w->verdict[i] == GCHK_PASS;
      continue;
    }
    bool is_known = !at_base || w->point[i] == 0, is_finite = true;
    for (size_t draw = 0; draw < d->draws; draw++) {
      is_finite = is_finite && isfinite(w->analytic[draw][i]);
      is_known = is_known && isfinite(w->numeric[draw][i]) && isfinite(w->bound[draw][i]);
    }
    d->fails[i] = is_finite && is_known;
    d->fail_count += d->fails[i];
    d->bad_count += !is_finite;
  }
}

// A Jacobian that was kept gives the numeric gradients of the first draw again; else it is not used.
static bool is_jacobian_kept(const gchk_diagnosis *d) {
  if (d->tensor->jacobian == NULL)
    return false;
  for (size_t i = 0; i < d->total; i++) {
    double sum = 0;
    for (size_t j = 0; d->fails[i] && j < d->output_count; j++)
      sum += d->tensor->jacobian[i * d->output_count + j] * d->work->v[0][j];
    if (d->fails[i] && !(fabs(sum - d->tensor->numeric[0][i]) <= GCHK_CANDIDATE_BARS * gchk_diagnosis_error(d, 0, i)))
      return false;
  }
  return true;
}

bool gchk_diagnosis_open(gchk_diagnosis *d, gchk_case_work *work, gchk_tensor_work *tensor) {
  // The f32 layer's own gradients are what is compared, even where its double twin is differenced.
  const gchk_instance *named = work->single != NULL ? work->single : work->instance;
  *d = (gchk_diagnosis){
      .work = work,
      .tensor = tensor,
      .t = &work->instance->t[tensor->index],
      .row = &work->instance->layer->tensors[tensor->index],
      .arena = gchk_arena_new(),
      .total = tensor->total,
      .draws = work->draw_count,
      .output_count = work->output_count,
      .unit = gchk_tensor_unit(named, tensor->index),
  };
  if (d->arena != NULL)
    d->fails = gchk_arena_alloc(d->arena, d->total, sizeof *d->fails);
  if (d->fails == NULL)
    return false;
  count_elements(d);
  d->jacobian = is_jacobian_kept(d) ? tensor->jacobian : NULL;
  return true;
}

void gchk_diagnosis_close(gchk_diagnosis *d) {
  if (d->arena != NULL)
    gchk_arena_free(d->arena);
  d->arena = NULL;
}
