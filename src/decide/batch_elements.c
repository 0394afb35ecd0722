/*
 * Elements in blocks: rounds of points, all of which are one call of the layer's vary.
 *
 * Only what passes is kept: an element that seems wrong, or open, is decided once more by itself.
 */
#include "decide/batch_elements.h"

#include <math.h>
#include <string.h>

#include "core/memory.h"
#include "measure/variable.h"

gchk_status gchk_batch_open(gchk_batch_elements *b, gchk_tensor_line *l, gchk_error *error) {
  gchk_arena *arena = l->work->scratch;
  const size_t all = l->tensor->checked_count, room = all < GCHK_BATCH_ELEMENTS ? all : GCHK_BATCH_ELEMENTS;
  *b = (gchk_batch_elements){.l = l,
                             .asked = gchk_arena_alloc(arena, GCHK_BATCH_MOST_KINDS * room, sizeof *b->asked),
                             .is_kept = gchk_arena_alloc(arena, room, sizeof *b->is_kept),
                             .resolution = gchk_arena_alloc(arena, room, 1),
                             .caught = gchk_arena_alloc(arena, room, 1)};
  bool has_all = b->asked != NULL && b->is_kept != NULL && b->resolution != NULL && b->caught != NULL;
  for (size_t d = 0; d < l->work->draw_count; d++) {
    b->analytic[d] = gchk_arena_alloc(arena, room, sizeof(double));
    b->slack[d] = gchk_arena_alloc(arena, room, sizeof(double));
    has_all = has_all && b->analytic[d] != NULL && b->slack[d] != NULL;
  }
  if (!has_all)
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
  gchk_batch_line shared = {.y0 = l->base,
                            .draw_count = l->line.draw_count,
                            .variable_unit = l->line.variable_unit,
                            .output_unit = l->line.output_unit,
                            .start = l->tensor->start,
                            .fixed_step = l->fixed_step};
  for (size_t d = 0; d < shared.draw_count; d++) {
    shared.v[d] = *l->line.v[d];
    shared.sigma[d] = l->line.sigma[d];
  }
  gchk_batch_start(&b->batch, &shared, count);
}

static gchk_status evaluate(gchk_batch_elements *b, const size_t *elements, gchk_error *error) {
  const gchk_batch *batch = &b->batch;
  const size_t width = batch->asked_width, count = batch->asked_kinds * width;
  for (size_t i = 0; i < width; i++)
    b->asked[i] = elements[batch->asked_element[i]];
  for (size_t first = width; first < count; first += width)
    memcpy(b->asked + first, b->asked, width * sizeof *b->asked);
  return gchk_tensor_line_vary(b->l, b->asked, batch->asked_value, batch->asked_loss, count, error);
}

static void judge(gchk_batch_elements *b, const size_t *elements, size_t count) {
  const gchk_tensor_work *tensor = b->l->tensor;
  gchk_batch_gradients gradients = {.resolution = b->resolution, .caught = b->caught};
  for (size_t d = 0; d < b->l->line.draw_count; d++) {
    for (size_t k = 0; k < count; k++) {
      b->analytic[d][k] = tensor->analytic[d][elements[k]];
      b->slack[d][k] = tensor->slack[d][elements[k]];
    }
    gradients.analytic[d] = b->analytic[d];
    gradients.slack[d] = b->slack[d];
  }
  gchk_judge_batch(&b->batch, &gradients, tensor->unit, tensor->largest);
}

/* As gchk_look_keep does for one that passed. */
static void keep(const gchk_batch_elements *b, size_t element, size_t k) {
  const gchk_batch *batch = &b->batch;
  gchk_tensor_work *tensor = b->l->tensor;
  for (size_t d = 0; d < b->l->line.draw_count; d++) {
    tensor->numeric[d][element] = batch->value[d][k];
    tensor->numeric_bound[d][element] = batch->bound[d][k];
    tensor->bound[d][element] = gchk_total_bound(batch->bound[d][k], b->slack[d][k]);
  }
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
