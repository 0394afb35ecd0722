/*
 * Elements in blocks: rounds of points, all of which are one call of the layer's vary.
 *
 * Only what passes is kept: an element that seems wrong, or open, is decided once more by itself.
 */
#include "decide/batch_elements.h"

#include <math.h>
#include <stdlib.h>

#include "core/memory.h"
#include "instance/move.h"
#include "measure/variable.h"
#include "measure/vary.h"

enum { KINDS = 6 }; // of points in a round, at most

gchk_status gchk_batch_open(gchk_batch_elements *b, gchk_tensor_line *l, gchk_error *error) {
  *b = (gchk_batch_elements){.l = l,
                             .asked = gchk_calloc((size_t)KINDS * GCHK_BLOCK_ELEMENTS, sizeof *b->asked),
                             .look = gchk_calloc(1, sizeof *b->look),
                             .is_kept = gchk_calloc(GCHK_BLOCK_ELEMENTS, sizeof *b->is_kept)};
  if (b->asked == NULL || b->look == NULL || b->is_kept == NULL)
    return gchk_fail_memory(error, "a block of elements");
  return gchk_batch_init(&b->batch, GCHK_BLOCK_ELEMENTS, error);
}

void gchk_batch_close(gchk_batch_elements *b) {
  gchk_batch_deinit(&b->batch);
  free(b->is_kept);
  free(b->look);
  free(b->asked);
}

static void start(gchk_batch_elements *b, const size_t *elements, size_t count) {
  gchk_tensor_line *l = b->l;
  for (size_t k = 0; k < count; k++) {
    b->batch.x[k] = gchk_tensor_get(l->t, l->t->value, elements[k]);
    b->batch.scale[k] = gchk_scale_of(b->batch.x[k], l->rms);
  }
  // Noise and units are the tensor's.
  gchk_tensor_line_aim(l, elements[0]);
  const gchk_batch_line shared = {.y0 = l->base,
                                  .v = l->line.v[0][0],
                                  .sigma = l->line.sigma[0],
                                  .variable_unit = l->line.variable_unit,
                                  .output_unit = l->line.output_unit,
                                  .start = l->tensor->start,
                                  .fixed_step = l->fixed_step};
  gchk_batch_start(&b->batch, &shared, count);
}

static gchk_status evaluate(gchk_batch_elements *b, const size_t *elements, gchk_error *error) {
  const gchk_batch *batch = &b->batch;
  const gchk_tensor_line *l = b->l;
  const size_t width = batch->asked_width, count = batch->asked_kinds * width;
  for (size_t i = 0; i < count; i++)
    b->asked[i] = elements[batch->asked_element[i % width]];
  double base;
  const gchk_variants variants = {l->tensor->index, count, b->asked, batch->asked_value, batch->asked_loss, &base};
  bool done;
  GCHK_TRY(gchk_vary(l->work->instance, &variants, &done, error));
  for (size_t i = 0; i < count; i++)
    if (!done || !gchk_tensor_holds(l->t, batch->asked_value[i]))
      batch->asked_loss[i] = (double)NAN;
  return GCHK_OK;
}

static gchk_derivative derivative_of(const gchk_batch *batch, size_t k) {
  const gchk_batch_state state = (gchk_batch_state)batch->state[k];
  return (gchk_derivative){.value = batch->value[k],
                           .bound = batch->bound[k],
                           .step = batch->step[k],
                           .rounding = batch->rounding[k],
                           .slope_low = batch->value[k],
                           .slope_high = batch->value[k],
                           .is_flat = state != GCHK_BATCH_SMOOTH,
                           .is_exact_zero = state == GCHK_BATCH_EXACT_ZERO,
                           .hidden = batch->hidden[k]};
}

static bool keep(gchk_batch_elements *b, size_t element, size_t k) {
  gchk_tensor_line *l = b->l;
  if (b->batch.state[k] == GCHK_BATCH_OPEN)
    return false;
  l->line.scale = b->batch.scale[k];
  gchk_look_start(l, element, b->look);
  b->look->derivative[0] = derivative_of(&b->batch, k);
  gchk_look_judge(b->look, 1);
  if (b->look->verdict != GCHK_PASS)
    return false;
  gchk_look_keep(b->look, l->tensor, 1, element);
  if (l->tensor->jacobian != NULL)
    l->tensor->jacobian[element] = b->batch.row[k];
  return true;
}

gchk_status gchk_batch_decide(gchk_batch_elements *b, size_t first, size_t count, gchk_error *error) {
  const size_t *elements = b->l->tensor->checked + first;
  start(b, elements, count);
  while (gchk_batch_next(&b->batch))
    GCHK_TRY(evaluate(b, elements, error));
  for (size_t k = 0; k < count; k++)
    b->is_kept[k] = keep(b, elements[k], k);
  return GCHK_OK;
}
