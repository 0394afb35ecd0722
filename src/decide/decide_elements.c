/* Elements by the layer's vary, or one after the other, in blocks; and what comes of them in order. */
#include "decide/decide_elements.h"

#include "blocks/element_blocks.h"
#include "core/memory.h"
#include "cost/operations.h"
#include "decide/batch_elements.h"
#include "decide/confirm.h"
#include "decide/decide.h"
#include "decide/doubt_way.h"
#include "decide/set_apart.h"
#include "lines/vary_replay.h"
#include "lines/ways.h"

enum {
  AUDITED_AGAIN = 16,  // by update or vary: of those that fail, and of those that are open
  LEAST_ELEMENTS = 32, // of a block
  AT_ONCE = 8,         // operations of vary that take no longer than one of a forward
};

static void tell(const gchk_tensor_line *l, size_t done) {
  const gchk_case_work *work = l->work;
  const size_t count = l->tensor->checked_count;
  if (work->stage != NULL)
    work->stage(work->stage_context, work->instance->t[l->tensor->index].name,
                work->elements_done + (done < count ? done : count));
}

typedef struct pass {
  gchk_tensor_line *l;
  gchk_look *look;
  const size_t *elements; // those that blocks have, of which the first are
  size_t least;           // in a block; `ahead` of all are decided already
  size_t ahead;
  size_t audited_failed, audited_open;
  // Of a tensor that varies.
  gchk_batch_elements batch;
  size_t *open, *place[2]; // elements of a batch, and where they are in two of its rounds; room for all of it
} pass;

// What is left of elements of which some are kept already (NULL: none is).
static gchk_status decide_each(pass *p, gchk_element_block some, const bool *is_kept, const gchk_block_state *state,
                               gchk_error *error) {
  gchk_tensor_line *l = p->l;
  for (size_t k = 0; k < some.count && !gchk_block_is_done(state); k++) {
    const size_t e = p->elements[some.first + k];
    if (is_kept != NULL && is_kept[k])
      continue;
    GCHK_TRY(gchk_decide(l, e, p->look, error));
    gchk_look_keep(p->look, l->tensor, l->work->draw_count, e);
    tell(l, p->ahead + some.first + k + gchk_blocks_ahead(state) * p->least);
  }
  return GCHK_OK;
}

// What its ladders decide of an element is kept; what they leave open is looked at by itself, and so are kinks.
static gchk_status decide_open(pass *p, gchk_element_block some, const gchk_block_state *state, gchk_error *error) {
  const gchk_tensor_work *tensor = p->l->tensor;
  const gchk_line_job job = {.attempt = gchk_keep_by_ladders, .context = p->look, .is_ladder = true};
  bool *is_kept = p->batch.is_kept;
  size_t open = 0;
  const gchk_batch *b = &p->batch.batch;
  // Those of the first round, and of the last one.
  gchk_known_points known[] = {{.stride = some.count, .place = p->place[0]},
                               {.value = b->asked_value,
                                .loss = b->asked_loss,
                                .count = b->asked_kinds,
                                .stride = b->asked_width,
                                .place = p->place[1]}};
  known->count = gchk_batch_first_points(b, &known->value, &known->loss);
  for (size_t k = 0, last = 0; k < some.count; k++) {
    while (last < b->asked_width && b->asked_element[last] < k)
      last++;
    if (is_kept[k])
      continue;
    p->place[0][open] = k;
    p->place[1][open] = last < b->asked_width && b->asked_element[last] == k ? last : GCHK_NOT_KNOWN;
    p->open[open++] = p->elements[some.first + k];
  }
  GCHK_TRY(gchk_vary_replay(p->l, &job, p->open, open, known, sizeof known / sizeof known[0], error));
  for (size_t k = 0; k < some.count; k++)
    is_kept[k] = tensor->verdict[p->elements[some.first + k]] != GCHK_INCONCLUSIVE;
  return decide_each(p, some, is_kept, state, error);
}

static gchk_status decide_varying(void *context, gchk_element_block block, const gchk_block_state *state,
                                  gchk_error *error) {
  pass *p = context;
  for (size_t done = 0; done < block.count && !gchk_block_is_done(state); done += GCHK_BATCH_ELEMENTS) {
    const size_t left = block.count - done;
    const gchk_element_block some = {block.first + done, left < GCHK_BATCH_ELEMENTS ? left : GCHK_BATCH_ELEMENTS};
    tell(p->l, p->ahead + some.first + gchk_blocks_ahead(state) * p->least);
    GCHK_TRY(gchk_batch_decide(&p->batch, p->elements + some.first, some.count, error));
    GCHK_TRY(decide_open(p, some, state, error));
  }
  return GCHK_OK;
}

static gchk_status decide_one_by_one(void *context, gchk_element_block block, const gchk_block_state *state,
                                     gchk_error *error) {
  return decide_each(context, block, NULL, state, error);
}

// Of an evaluation. What an update does is no more than a forward; what a point of vary does only vary can tell.
static gchk_status count_operations(const gchk_tensor_line *l, double *operations, gchk_error *error) {
  const gchk_instance *instance = l->work->instance;
  gchk_way way;
  GCHK_TRY(gchk_count_forward(instance->layer, &instance->sizes, operations, error));
  if (!l->varies || l->tensor->checked_count < 2 * GCHK_BATCH_ELEMENTS)
    return GCHK_OK;
  GCHK_TRY(gchk_find_way(l->work, l->tensor, &way, operations, error));
  *operations /= AT_ONCE;
  return GCHK_OK;
}

static gchk_status decide_in_blocks(pass *p, gchk_block_job *job, gchk_error *error) {
  p->elements = job->order != NULL ? job->order : p->l->tensor->checked;
  p->least = job->least;
  GCHK_TRY(count_operations(p->l, &job->operations, error));
  return gchk_decide_blocks(p->l, job, error);
}

// Blocks of those that are left of the elements when those without effect are decided.
static gchk_status set_apart(pass *p, gchk_block_job *job, gchk_error *error) {
  gchk_arena *arena = p->l->work->scratch;
  const size_t checked = p->l->tensor->checked_count, most = gchk_element_block_count(checked, job->least);
  size_t *order = gchk_arena_unset(arena, checked + 1, sizeof *order);
  size_t *starts = gchk_arena_alloc(arena, most + 1, sizeof *starts);
  if (order == NULL || starts == NULL)
    return gchk_fail_memory(error, "elements without effect");
  const size_t left = gchk_set_apart(&p->batch, order);
  job->order = order;
  job->starts = starts;
  job->count = gchk_element_block_count(left, job->least);
  for (size_t i = 0; i < job->count; i++)
    starts[i + 1] = starts[i] + gchk_element_block_at(left, job->count, i).count;
  p->ahead = checked - left;
  return GCHK_OK;
}

static gchk_status decide_in_batches(pass *p, gchk_error *error) {
  gchk_block_job job = {.decide = decide_varying, .context = p, .least = GCHK_BATCH_ELEMENTS};
  p->open = gchk_arena_alloc(p->l->work->scratch, GCHK_BATCH_ELEMENTS, sizeof *p->open);
  for (size_t i = 0; i < 2; i++)
    p->place[i] = gchk_arena_alloc(p->l->work->scratch, GCHK_BATCH_ELEMENTS, sizeof *p->place[i]);
  if (p->open == NULL || p->place[0] == NULL || p->place[1] == NULL)
    return gchk_fail_memory(error, "a batch of elements");
  gchk_status status = gchk_batch_open(&p->batch, p->l, error);
  if (status == GCHK_OK && p->l->has_no_effect != NULL)
    status = set_apart(p, &job, error);
  if (status == GCHK_OK)
    status = decide_in_blocks(p, &job, error);
  gchk_batch_close(&p->batch);
  return status;
}

static gchk_status decide_by_forward(pass *p, gchk_error *error) {
  gchk_block_job job = {.decide = decide_one_by_one, .context = p, .least = LEAST_ELEMENTS};
  return decide_in_blocks(p, &job, error);
}

static gchk_status decide_blocks(pass *p, gchk_error *error) {
  p->l->is_confirmed_later = true;
  const gchk_status status = p->l->varies ? decide_in_batches(p, error) : decide_by_forward(p, error);
  p->l->is_confirmed_later = false;
  return status;
}

// No element is wrong because update or vary is: where it does not pass, they are held against forward once more.
static gchk_status audit_again(pass *p, size_t element, gchk_error *error) {
  const gchk_tensor_work *tensor = p->l->tensor;
  if (!tensor->uses_update || tensor->verdict[element] <= GCHK_KINK)
    return GCHK_OK;
  size_t *audited = tensor->verdict[element] == GCHK_FAIL ? &p->audited_failed : &p->audited_open;
  if (*audited == AUDITED_AGAIN)
    return GCHK_OK;
  ++*audited;
  return gchk_doubt_way(p->l, element, tensor->step[element], error);
}

// What depends on the elements before: does a failure stand? And is the line's way to be believed? Ends where that is
// left.
static gchk_status settle(pass *p, gchk_error *error) {
  gchk_tensor_line *l = p->l;
  gchk_tensor_work *tensor = l->tensor;
  const bool uses_update = tensor->uses_update;
  for (size_t k = 0; k < tensor->checked_count && tensor->uses_update == uses_update; k++) {
    const size_t e = tensor->checked[k];
    if (tensor->suspicion[e] != GCHK_UNCONFIRMED || !gchk_wants_confirmation(tensor)) {
      GCHK_TRY(audit_again(p, e, error));
      continue;
    }
    GCHK_TRY(gchk_decide(l, e, p->look, error));
    gchk_look_keep(p->look, tensor, l->work->draw_count, e);
    tell(l, tensor->checked_count);
  }
  return GCHK_OK;
}

gchk_status gchk_decide_elements(gchk_tensor_line *l, gchk_look *look, gchk_error *error) {
  pass p = {.l = l, .look = look};
  // By groups that did not hold, or a way that was left.
  l->tensor->confirmed = l->tensor->doubted = 0;
  l->tensor->hidden = 0;
  GCHK_TRY(decide_blocks(&p, error));
  return l->work->is_part ? GCHK_OK : settle(&p, error);
}
