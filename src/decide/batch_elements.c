/*
 * Elements in blocks: rounds of points, all of which are one call of the layer's vary.
 *
 * Only what passes is kept: an element that seems wrong, or open, is decided once more by itself.
 */
#include "decide/batch_elements.h"

#include <math.h>
#include <string.h>

#include "batch/batch_still.h"
#include "core/memory.h"
#include "measure/variable.h"

gchk_status gchk_batch_open(gchk_batch_elements *b, gchk_tensor_line *l, gchk_error *error) {
  gchk_arena *arena = l->work->scratch;
  const size_t all = l->tensor->checked_count, room = all < GCHK_BATCH_ELEMENTS ? all : GCHK_BATCH_ELEMENTS;
  *b = (gchk_batch_elements){.l = l,
                             .asked = gchk_arena_unset(arena, GCHK_BATCH_MOST_KINDS * room, sizeof *b->asked),
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

/* `from` of the elements, which are ascending: most often they follow one another. */
static void take(double *to, const double *from, const size_t *elements, size_t count) {
  if (elements[count - 1] - elements[0] == count - 1)
    memcpy(to, from + elements[0], count * sizeof *to);
  else
    for (size_t k = 0; k < count; k++)
      to[k] = from[elements[k]];
}

static void start(gchk_batch_elements *b, const size_t *elements, size_t count) {
  gchk_tensor_line *l = b->l;
  if (l->t->dtype == GCHK_F64)
    take(b->batch.x, l->t->value, elements, count);
  else
    for (size_t k = 0; k < count; k++)
      b->batch.x[k] = gchk_tensor_get(l->t, l->t->value, elements[k]);
  for (size_t k = 0; k < count; k++)
    b->batch.scale[k] = gchk_scale_of(b->batch.x[k], l->rms);
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

/* gchk_judge_batch, or gchk_judge_still. */
typedef void (*judge_fn)(gchk_batch *batch, const gchk_batch_gradients *gradients, double unit, const double *largest);

static void judge(gchk_batch_elements *b, const size_t *elements, size_t count, judge_fn judge_all) {
  const gchk_tensor_work *tensor = b->l->tensor;
  gchk_batch_gradients gradients = {.resolution = b->resolution, .caught = b->caught};
  for (size_t d = 0; d < b->l->line.draw_count; d++) {
    if (judge_all == gchk_judge_batch)
      take(b->analytic[d], tensor->analytic[d], elements, count);
    take(b->slack[d], tensor->slack[d], elements, count);
    gradients.analytic[d] = b->analytic[d];
    gradients.slack[d] = b->slack[d];
  }
  judge_all(&b->batch, &gradients, tensor->unit, tensor->largest);
}

/* The largest slope that could hide in elements k .. k + count, or `largest`. */
static double find_hidden(const gchk_batch *batch, size_t k, size_t count, double largest) {
  for (size_t i = k; i < k + count; i++) {
    const double hidden = batch->hidden[i];
    largest = batch->state[i] != GCHK_BATCH_SMOOTH && hidden > largest && isfinite(hidden) ? hidden : largest;
  }
  return largest;
}

/* As gchk_look_keep does for one that passed, of `count` that follow one another: the k-th is `element`. */
static void keep(const gchk_batch_elements *b, size_t element, size_t k, size_t count) {
  const gchk_batch *batch = &b->batch;
  const size_t bytes = count * sizeof(double);
  gchk_tensor_work *tensor = b->l->tensor;
  for (size_t d = 0; d < b->l->line.draw_count; d++) {
    memcpy(tensor->numeric[d] + element, batch->value[d] + k, bytes);
    memcpy(tensor->numeric_bound[d] + element, batch->bound[d] + k, bytes);
    for (size_t i = 0; i < count; i++)
      tensor->bound[d][element + i] = gchk_total_bound(batch->bound[d][k + i], b->slack[d][k + i]);
  }
  memcpy(tensor->step + element, batch->step + k, bytes);
  memset(tensor->verdict + element, GCHK_PASS, count);
  memset(tensor->doubt + element, GCHK_NO_DOUBT, count);
  memcpy(tensor->resolution + element, b->resolution + k, count);
  memset(tensor->suspicion + element, GCHK_NOT_SUSPECTED, count);
  memset(tensor->point + element, (unsigned char)b->l->work->point, count);
  memcpy(tensor->caught + element, b->caught + k, count);
  tensor->hidden = find_hidden(batch, k, count, tensor->hidden);
  if (tensor->jacobian != NULL)
    memcpy(tensor->jacobian + element, batch->row + k, bytes);
}

/* How many elements from the k-th on follow one another and are kept. */
static size_t count_kept(const gchk_batch_elements *b, const size_t *elements, size_t k, size_t count) {
  size_t end = k;
  while (end < count && b->is_kept[end] && elements[end] - elements[k] == end - k)
    end++;
  return end - k;
}

static void keep_settled(gchk_batch_elements *b, const size_t *elements, size_t count, judge_fn judge_all) {
  judge(b, elements, count, judge_all);
  // What is declared to be 0 is judged by other outputs' size.
  const bool may_keep = !b->l->tensor->is_declared_zero;
  const unsigned char *state = b->batch.state;
  bool *is_kept = b->is_kept;
  for (size_t k = 0; k < count; k++)
    is_kept[k] = may_keep & (state[k] != GCHK_BATCH_OPEN);
  for (size_t k = 0; k < count; k++) {
    const size_t some = count_kept(b, elements, k, count);
    if (some == 0)
      continue;
    keep(b, elements[k], k, some);
    k += some - 1;
  }
}

gchk_status gchk_batch_decide(gchk_batch_elements *b, const size_t *elements, size_t count, gchk_error *error) {
  start(b, elements, count);
  while (gchk_batch_next(&b->batch))
    GCHK_TRY(evaluate(b, elements, error));
  keep_settled(b, elements, count, gchk_judge_batch);
  return GCHK_OK;
}

void gchk_batch_decide_still(gchk_batch_elements *b, const size_t *elements, size_t count) {
  start(b, elements, count);
  const size_t points = gchk_batch_settle_still(&b->batch);
  keep_settled(b, elements, count, gchk_judge_still);
  for (size_t k = 0; k < count; k++)
    b->l->work->instance->forward_calls += b->is_kept[k] ? points : 0;
}
