/*
 * Trying open elements again.
 *
 * A tensor that is exactly zero everywhere, analytic and numeric, is open as a whole: nothing in it was checked. Some
 * of its elements are tried where units that were dead may live.
 *
 * What hides a derivative at one point (a kink within the steps of float, values that cancel) is mostly somewhere else
 * at another. A tensor of which nothing is decided at a point where many were tried is given up: it is not the point.
 * So is one that is open for the most part and of which few are decided: all points together would leave it open, and
 * would take longer than all the rest.
 */
#include "decide/retry.h"

#include <stdlib.h>

#include "core/memory.h"
#include "decide/decide.h"
#include "decide/other_point.h"
#include "decide/pilot.h"
#include "decide/tally.h"
#include "measure/base_point.h"
#include "measure/work_calls.h"

enum { POINTS = 4, GIVE_UP = 64, OF_A_ZERO_TENSOR = 256 };

/*
 * Where more than a quarter is open and fewer than one in eight of those are decided at a point, four points leave more
 * than a seventh of the tensor open.
 */
enum { MOSTLY_OPEN = 4, FEW = 8 };

typedef struct retry {
  gchk_case_work *work;
  bool *wanted; /* one a tensor: it has open elements, and was not given up */
  gchk_look *look;
  gchk_look *kept;
  uint64_t calls; /* evaluations at other points */
} retry;

static size_t count_open(const gchk_tensor_work *tensor) {
  size_t count = 0;
  for (size_t k = 0; k < tensor->checked_count; k++)
    count += tensor->verdict[tensor->checked[k]] == GCHK_INCONCLUSIVE;
  return count;
}

/* Is the analytic gradient exactly zero, all of it, and the numeric one where it was looked at? */
static bool is_zero_tensor(const gchk_tensor_work *tensor, size_t draw_count) {
  for (size_t d = 0; d < draw_count; d++) {
    for (size_t e = 0; e < tensor->total; e++)
      if (tensor->analytic[d][e] != 0)
        return false;
    for (size_t k = 0; k < tensor->checked_count; k++)
      if (tensor->numeric[d][tensor->checked[k]] != 0 || tensor->verdict[tensor->checked[k]] != GCHK_PASS)
        return false;
  }
  return tensor->checked_count > 0;
}

static bool choose(retry *r) {
  bool any = false;
  for (size_t k = 0; k < r->work->tensor_count; k++) {
    const gchk_tensor_work *tensor = &r->work->tensors[k];
    r->wanted[k] = r->wanted[k] && (count_open(tensor) > 0 || is_zero_tensor(tensor, r->work->draw_count));
    any = any || r->wanted[k];
  }
  return any;
}

/* At a kink of several units any of their slopes is right: what is right around it is no more than a kink there. */
static void take_over(retry *r, gchk_tensor_work *tensor, size_t element) {
  if (tensor->doubt[element] == GCHK_DOUBT_UNITS && r->look->verdict == GCHK_PASS)
    r->look->verdict = GCHK_KINK;
  gchk_look_keep(r->look, tensor, r->work->draw_count, element);
  if (r->kept != NULL && tensor == &r->work->tensors[0] && element == tensor->checked[0])
    *r->kept = *r->look;
}

/* The elements of one tensor that are tried at a point. */
typedef struct attempt {
  bool is_zero_tensor, is_mostly_open;
  size_t stride; /* of a zero tensor: every how many */
  size_t tried, decided;
} attempt;

static bool is_hopeless(const attempt *now) {
  const size_t least = now->is_mostly_open ? now->tried / FEW : 1;
  return !now->is_zero_tensor && now->tried >= GIVE_UP && now->decided < least;
}

static bool is_tried(const attempt *now, const gchk_tensor_work *tensor, size_t k) {
  if (now->is_zero_tensor)
    return k % now->stride == 0;
  return tensor->verdict[tensor->checked[k]] == GCHK_INCONCLUSIVE && !is_hopeless(now);
}

/* Another zero tells nothing. */
static bool is_news(const attempt *now, const gchk_look *look, size_t draw_count) {
  bool has_slope = !now->is_zero_tensor;
  for (size_t d = 0; d < draw_count; d++)
    has_slope = has_slope || look->analytic[d] != 0 || look->derivative[d].value != 0;
  return has_slope && !gchk_look_is_open(look);
}

/*
 * What did not fail at the base point must fail at two others, or be suspected at two points: an element is tried at
 * many, so that one of them is where differences deceive. What failed at one does not pass at another.
 */
static void weigh(const attempt *now, gchk_look *look, unsigned char *suspicion) {
  bool fails = look->verdict == GCHK_FAIL && !now->is_zero_tensor, was_suspected = *suspicion != GCHK_NOT_SUSPECTED;
  if (look->is_suspected && was_suspected)
    look->verdict = GCHK_FAIL;
  else if ((fails && !was_suspected) || (look->verdict <= GCHK_KINK && *suspicion == GCHK_FAILED_ELSEWHERE))
    look->verdict = GCHK_INCONCLUSIVE;
  if (fails)
    *suspicion = GCHK_FAILED_ELSEWHERE;
  else if (look->is_suspected && !was_suspected)
    *suspicion = GCHK_SUSPECTED;
}

/* The elements of a tensor, tried at another point. */
typedef struct trial {
  retry *r;
  gchk_tensor_line *l;
  gchk_tensor_work *tensor; /* at the base point */
  attempt *now;
} trial;

/* Takes r->look in. */
static void conclude(const trial *t, size_t element) {
  gchk_look *look = t->r->look;
  t->now->tried++;
  weigh(t->now, look, &t->tensor->suspicion[element]);
  if (!is_news(t->now, look, t->r->work->draw_count))
    return;
  t->now->decided++;
  take_over(t->r, t->tensor, element);
}

static gchk_status try_one(const trial *t, size_t element, gchk_error *error) {
  GCHK_TRY(gchk_decide(t->l, element, t->r->look, error));
  conclude(t, element);
  return GCHK_OK;
}

/* In a group an element may pass; else it stays as it is. */
static gchk_status try_in_group(void *context, gchk_tensor_line *part, size_t element, gchk_error *error) {
  const trial *t = context;
  GCHK_TRY(gchk_decide_by_ladders(part, element, t->r->look, error));
  if (t->r->look->verdict <= GCHK_KINK)
    conclude(t, element);
  return GCHK_OK;
}

/* What is left from the k-th on, in groups where it is so much that they pay. */
static gchk_status try_rest(trial *t, size_t k, bool *is_done, gchk_error *error) {
  gchk_tensor_work *tensor = t->tensor;
  size_t *rest = gchk_arena_alloc(t->l->work->scratch, tensor->checked_count, sizeof *rest), count = 0;
  gchk_groups *groups;
  if (rest == NULL)
    return gchk_fail_memory(error, "trying elements again");
  for (; k < tensor->checked_count; k++)
    if (is_tried(t->now, tensor, k))
      rest[count++] = tensor->checked[k];
  GCHK_TRY(gchk_groups_open(t->l, rest, count, &groups, error));
  const gchk_line_job job = {.attempt = try_in_group, .context = t, .is_ladder = true};
  if (gchk_groups_hold(groups))
    GCHK_TRY(gchk_groups_run(groups, &job, rest, count, error));
  *is_done = gchk_groups_hold(groups);
  for (size_t i = 0; groups != NULL && i < count && !*is_done; i++)
    tensor->verdict[rest[i]] = GCHK_INCONCLUSIVE;
  return GCHK_OK;
}

static gchk_status try_elements(retry *r, gchk_tensor_line *l, gchk_tensor_work *tensor, attempt *now,
                                gchk_error *error) {
  trial t = {.r = r, .l = l, .tensor = tensor, .now = now};
  size_t k = 0;
  bool is_done = false;
  GCHK_TRY(gchk_pilot(l, NULL, error));
  for (; k < tensor->checked_count && now->tried < GIVE_UP; k++)
    if (is_tried(now, tensor, k))
      GCHK_TRY(try_one(&t, tensor->checked[k], error));
  if (k < tensor->checked_count && !now->is_zero_tensor)
    GCHK_TRY(try_rest(&t, k, &is_done, error));
  for (; k < tensor->checked_count && !is_done; k++)
    if (is_tried(now, tensor, k))
      GCHK_TRY(try_one(&t, tensor->checked[k], error));
  return GCHK_OK;
}

static gchk_status try_tensor(retry *r, gchk_case_work *other, gchk_tensor_work *there, gchk_tensor_work *tensor,
                              bool *gives_up, gchk_error *error) {
  gchk_tensor_line l;
  attempt now = {.is_zero_tensor = is_zero_tensor(tensor, r->work->draw_count),
                 .is_mostly_open = count_open(tensor) > tensor->checked_count / MOSTLY_OPEN,
                 .stride = tensor->checked_count / OF_A_ZERO_TENSOR + 1};
  gchk_status status = gchk_tensor_line_open(&l, other, there, error);
  if (status == GCHK_OK && !l.is_out_of_reach)
    status = try_elements(r, &l, tensor, &now, error);
  *gives_up = is_hopeless(&now);
  gchk_tensor_line_close(&l);
  return status;
}

static gchk_status try_point(retry *r, unsigned number, gchk_error *error) {
  gchk_case spec;
  gchk_case_work other;
  gchk_status status = gchk_open_other_point(&other, &spec, r->work, number, r->wanted, error);
  for (size_t k = 0, i = 0; k < r->work->tensor_count && status == GCHK_OK; k++) {
    bool gives_up;
    if (!r->wanted[k])
      continue;
    status = try_tensor(r, &other, &other.tensors[i++], &r->work->tensors[k], &gives_up, error);
    r->wanted[k] = !gives_up;
  }
  r->calls += gchk_work_calls(&other);
  gchk_work_close(&other);
  // A point at which the layer cannot be evaluated tells nothing.
  return status == GCHK_NO_MEMORY ? status : GCHK_OK;
}

gchk_status gchk_retry_open_elements(gchk_case_work *work, gchk_look *kept, gchk_error *error) {
  gchk_error unused;
  retry r = {.work = work, .kept = kept};
  if (work->spec->step > 0 || work->options->step > 0)
    return GCHK_OK;
  r.wanted = gchk_arena_alloc(work->scratch, work->tensor_count, sizeof *r.wanted);
  r.look = gchk_arena_alloc(work->scratch, 1, sizeof *r.look);
  if (r.wanted == NULL || r.look == NULL)
    return gchk_fail_memory(error, "trying elements again");
  for (size_t k = 0; k < work->tensor_count; k++)
    r.wanted[k] = true;
  unsigned number = 1;
  for (; number <= POINTS && choose(&r); number++)
    if (try_point(&r, number, &unused) == GCHK_NO_MEMORY)
      return gchk_fail_memory(error, "trying elements again");
  // Where nothing was tried tensors are as they were tallied, but for one element that is looked at by itself.
  for (size_t k = 0; (number > 1 || kept != NULL) && k < work->tensor_count; k++)
    gchk_tally_tensor(&work->tensors[k]);
  work->other_calls += r.calls;
  return GCHK_OK;
}
