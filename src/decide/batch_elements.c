/*
 * Elements in blocks: rounds of points, all of which are one call of the layer's vary.
 *
 * Only what passes is kept: an element that seems wrong, or open, is decided once more by itself.
 */
#include "decide/batch_elements.h"

#include <math.h>

#include "core/memory.h"
#include "measure/variable.h"

gchk_status gchk_batch_open(gchk_batch_elements *b, gchk_tensor_line *l, gchk_error *error) {
  gchk_arena *arena = l->work->scratch;
  const size_t all = l->tensor->checked_count, room = all < GCHK_BATCH_ELEMENTS ? all : GCHK_BATCH_ELEMENTS;
  *b = (gchk_batch_elements){.l = l,
                             .asked = gchk_arena_alloc(arena, GCHK_BATCH_MOST_KINDS * room, sizeof *b->asked),
                             .is_kept = gchk_arena_alloc(arena, room, sizeof *b->is_kept),
                             .analytic = gchk_arena_alloc(arena, room, sizeof *b->analytic),
                             .slack = gchk_arena_alloc(arena, room, sizeof *b->slack),
                             .resolution = gchk_arena_alloc(arena, room, 1),
                             .caught = gchk_arena_alloc(arena, room, 1)};
  if (b->asked == NULL || b->is_kept == NULL || b->analytic == NULL || b->slack == NULL || b->resolution == NULL ||
      b->caught == NULL)
    return gchk_fail_memory(error, "a block of elements");
  return gchk_batch_init(&b->batch, room, error);
}

void gchk_batch_close(gchk_batch_elements *b) {
  gchk_batch_deinit(&b->batch);
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
  const size_t width = batch->asked_width, count = batch->asked_kinds * width;
  for (size_t i = 0; i < count; i++)
    b->asked[i] = elements[batch->asked_element[i % width]];
  return gchk_tensor_line_vary(b->l, b->asked, batch->asked_value, batch->asked_loss, count, error);
}

static void judge(gchk_batch_elements *b, const size_t *elements, size_t count) {
  const gchk_tensor_work *tensor = b->l->tensor;
  for (size_t k = 0; k < count; k++) {
    b->analytic[k] = tensor->analytic[0][elements[k]];
    b->slack[k] = tensor->slack[0][elements[k]];
  }
  const gchk_batch_gradients gradients = {
      .analytic = b->analytic, .slack = b->slack, .resolution = b->resolution, .caught = b->caught};
  gchk_judge_batch(&b->batch, &gradients, tensor->unit, tensor->largest[0]);
}

/* As gchk_look_keep does for one that passed. */
static void keep(const gchk_batch_elements *b, size_t element, size_t k) {
  const gchk_batch *batch = &b->batch;
  gchk_tensor_work *tensor = b->l->tensor;
  tensor->numeric[0][element] = batch->value[k];
  tensor->numeric_bound[0][element] = batch->bound[k];
  tensor->bound[0][element] = gchk_total_bound(batch->bound[k], b->slack[k]);
  tensor->step[element] = batch->step[k];
  tensor->verdict[element] = GCHK_PASS;
  tensor->doubt[element] = GCHK_NO_DOUBT;
  tensor->resolution[element] = b->resolution[k];
  tensor->suspicion[element] = GCHK_NOT_SUSPECTED;
  tensor->point[element] = (unsigned char)b->l->work->point;
  tensor->caught[element] = b->caught[k];
  if (batch->state[k] != GCHK_BATCH_SMOOTH && batch->hidden[k] > tensor->hidden && isfinite(batch->hidden[k]))
    tensor->hidden = batch->hidden[k];
  if (tensor->jacobian != NULL)
    tensor->jacobian[element] = batch->row[k];
}

gchk_status gchk_batch_decide(gchk_batch_elements *b, size_t first, size_t count, gchk_error *error) {
  const size_t *elements = b->l->tensor->checked + first;
  start(b, elements, count);
  while (gchk_batch_next(&b->batch))
    GCHK_TRY(evaluate(b, elements, error));
  judge(b, elements, count);
  for (size_t k = 0; k < count; k++) {
    // What is declared to be 0 is judged by other outputs' size.
    b->is_kept[k] = b->batch.state[k] != GCHK_BATCH_OPEN && !b->l->tensor->is_declared_zero;
    if (b->is_kept[k])
      keep(b, elements[k], k);
  }
  return GCHK_OK;
}
