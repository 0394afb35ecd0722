/*
 * Jobs by vary. An element is its own class, of one output, and any number of them are evaluated together, so that all
 * that is kept is what each element knows of its line.
 */
#include "lines/vary_replay.h"

#include <stdlib.h>

#include "core/memory.h"
#include "lines/recalled.h"

enum { TOGETHER = 1024 }; // elements whose evaluations are kept at a time

typedef struct replay {
  const gchk_tensor_line *whole;
  gchk_tensor_line part; // of the element whose turn it is
  const gchk_line_job *job;
  gchk_recalled *member, *turn;
  size_t *active, active_count;
  gchk_asking asking;
  size_t *element, capacity; // of all evaluations that are wanted
  double *value, *loss;
} replay;

/* An evaluation of the line of a part. */
static gchk_status recall(void *context, double x, double *y, gchk_error *error) {
  replay *r = context;
  size_t unbounded = SIZE_MAX;
  return gchk_recalled_evaluate(r->turn, &r->part, x, y, &r->asking, &unbounded, error);
}

/* What will be asked for comes with what is asked for first. */
static gchk_status expect(void *context, const double *x, size_t count, gchk_error *error) {
  replay *r = context;
  size_t unbounded = SIZE_MAX;
  for (size_t k = 0; k < count; k++)
    GCHK_TRY(gchk_recalled_want(r->turn, &r->part, x[k], &r->asking, &unbounded, error));
  return GCHK_OK;
}

static gchk_status attempt_all(replay *r, gchk_error *error) {
  size_t left = 0;
  for (size_t i = 0; i < r->active_count; i++) {
    r->turn = &r->member[r->active[i]];
    r->turn->next = 0;
    r->asking = (gchk_asking){.is_ladder = r->job->is_ladder};
    const gchk_status outcome = r->job->attempt(r->job->context, &r->part, r->turn->element, error);
    if (outcome != GCHK_OK && (!r->asking.wants || outcome == GCHK_NO_MEMORY))
      return outcome;
    if (outcome != GCHK_OK)
      r->active[left++] = r->active[i];
  }
  r->active_count = left;
  return GCHK_OK;
}

static size_t count_wanted(const replay *r) {
  size_t count = 0;
  for (size_t i = 0; i < r->active_count; i++)
    count += r->member[r->active[i]].wanted;
  return count;
}

static gchk_status make_room(replay *r, size_t count, gchk_error *error) {
  if (count <= r->capacity)
    return GCHK_OK;
  free(r->element);
  free(r->value);
  free(r->loss);
  r->capacity = 2 * count;
  r->element = gchk_malloc(r->capacity, sizeof *r->element);
  r->value = gchk_malloc(r->capacity, sizeof *r->value);
  r->loss = gchk_malloc(r->capacity, sizeof *r->loss);
  return r->element != NULL && r->value != NULL && r->loss != NULL ? GCHK_OK
                                                                   : gchk_fail_memory(error, "evaluations of elements");
}

static gchk_status evaluate_wanted(replay *r, gchk_error *error) {
  const size_t count = count_wanted(r);
  size_t at = 0;
  GCHK_TRY(make_room(r, count, error));
  for (size_t i = 0; i < r->active_count; i++) {
    const gchk_recalled *member = &r->member[r->active[i]];
    for (size_t k = 0; k < member->wanted; k++, at++) {
      r->element[at] = member->element;
      r->value[at] = gchk_recalled_wanted(member, k);
    }
  }
  GCHK_TRY(gchk_tensor_line_vary(r->whole, r->element, r->value, r->loss, count, error));
  at = 0;
  for (size_t i = 0; i < r->active_count; i++) {
    gchk_recalled *member = &r->member[r->active[i]];
    for (size_t k = 0; k < member->wanted; k++)
      *gchk_recalled_outputs(member, k) = r->loss[at++];
    gchk_recalled_learn(member);
  }
  return GCHK_OK;
}

/* What is known of the i-th element of all. */
static gchk_status recall_known(replay *r, gchk_recalled *member, const gchk_known_points *known, size_t i,
                                gchk_error *error) {
  size_t unbounded = SIZE_MAX;
  r->asking = (gchk_asking){.is_ladder = false};
  gchk_tensor_line_aim(&r->part, member->element);
  for (size_t k = 0; k < known->count && known->place[i] != GCHK_NOT_KNOWN; k++) {
    const size_t at = k * known->stride + known->place[i], wanted = member->wanted;
    GCHK_TRY(gchk_recalled_want(member, &r->part, known->value[at], &r->asking, &unbounded, error));
    if (member->wanted > wanted)
      *gchk_recalled_outputs(member, wanted) = known->loss[at];
  }
  gchk_recalled_learn(member);
  return GCHK_OK;
}

/* Those from the first-th on. */
static gchk_status run_some(replay *r, const size_t *elements, size_t first, size_t count,
                            const gchk_known_points *known, size_t known_count, gchk_error *error) {
  gchk_status status = GCHK_OK;
  for (size_t i = 0; i < count; i++) {
    gchk_recalled_start(&r->member[i], elements[first + i], 1);
    r->active[i] = i;
  }
  for (size_t i = 0; i < count * known_count && status == GCHK_OK; i++)
    status = recall_known(r, &r->member[i / known_count], &known[i % known_count], first + i / known_count, error);
  r->active_count = count;
  if (status == GCHK_OK)
    status = attempt_all(r, error);
  while (status == GCHK_OK && r->active_count > 0) {
    status = evaluate_wanted(r, error);
    if (status == GCHK_OK)
      status = attempt_all(r, error);
  }
  for (size_t i = 0; i < count; i++)
    gchk_recalled_release(&r->member[i]);
  return status;
}

gchk_status gchk_vary_replay(gchk_tensor_line *l, const gchk_line_job *job, const size_t *elements, size_t count,
                             const gchk_known_points *known, size_t known_count, gchk_error *error) {
  if (count == 0)
    return GCHK_OK;
  const size_t room = count < TOGETHER ? count : TOGETHER;
  replay r = {.whole = l, .part = *l, .job = job};
  r.member = gchk_calloc(room, sizeof *r.member);
  r.active = gchk_calloc(room, sizeof *r.active);
  r.part.line.y0 = &l->base;
  r.part.line.evaluate = recall;
  r.part.line.expect = expect;
  r.part.line.context = &r;
  gchk_status status = GCHK_OK;
  if (r.member == NULL || r.active == NULL)
    status = gchk_fail_memory(error, "evaluations of elements");
  for (size_t i = 0; i < count && status == GCHK_OK; i += room)
    status = run_some(&r, elements, i, count - i < room ? count - i : room, known, known_count, error);
  free(r.member);
  free(r.active);
  free(r.element);
  free(r.value);
  free(r.loss);
  return status;
}
