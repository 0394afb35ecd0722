/* The elements of a tensor, in groups. */
#include "decide/decide_groups.h"

#include <math.h>

#include "blocks/element_blocks.h"
#include "core/memory.h"
#include "cost/operations.h"
#include "decide/confirm.h"
#include "decide/decide.h"
#include "lines/grouping.h"
#include "pattern/group_order.h"

enum {
  FAILED = 16,   /* elements of a tensor that are decided by themselves too, */
  OPEN = 64,     /* and of those that are open: */
  OPEN_ALONE = 8 /* so many by forwards of their own, the others by what they would be there, but evaluated together */
};
enum { LEAST_GROUPS = 8, MOST_BLOCKS = 32 /* of groups */ };
static const double ladder = 1000; /* operations of an evaluation, beside the forward's part */

/* Do the two differences exclude each other? */
static bool is_contradicted(const gchk_tensor_work *tensor, const gchk_look *alone, size_t element, size_t draw) {
  const gchk_derivative *d = &alone->derivative[draw];
  const double bounds = d->bound + tensor->numeric_bound[draw][element];
  return alone->kind != GCHK_LOOK_OUTPUTS && d->smoothness == GCHK_SMOOTH &&
         fabs(d->value - tensor->numeric[draw][element]) > GCHK_ERROR_BARS * bounds;
}

/* What becomes of an element after its ladders. */
typedef enum further { AS_IT_IS, TO_BE_DECIDED, DECIDED } further;

/* Those that are decided by themselves as well. */
typedef struct checked_again {
  size_t failed;
  gchk_look *look;
  unsigned char *open; /* one an element: of those that are open, what becomes of it */
} checked_again;

static gchk_status decide_alone(gchk_tensor_line *l, gchk_groups *groups, size_t element, gchk_look *look,
                                gchk_error *error) {
  GCHK_TRY(gchk_decide(l, element, look, error));
  for (size_t d = 0; d < l->line.draw_count && gchk_groups_hold(groups); d++)
    if (is_contradicted(l->tensor, look, element, d))
      gchk_groups_give_up(groups, element);
  gchk_look_keep(look, l->tensor, l->line.draw_count, element);
  return GCHK_OK;
}

/* Is an element that does not pass in its group to be decided by itself? */
static bool is_wanted(const gchk_tensor_work *tensor, size_t element, checked_again *again) {
  if (tensor->verdict[element] == GCHK_FAIL)
    return again->failed++ < FAILED || gchk_wants_confirmation(tensor);
  return again->open[element] == TO_BE_DECIDED;
}

static gchk_status decide_in_group(void *context, gchk_tensor_line *part, size_t element, gchk_error *error) {
  checked_again *again = context;
  bool is_left;
  GCHK_TRY(gchk_decide_in_group(part, element, again->look, &is_left, error));
  if (is_left)
    return GCHK_OK;
  gchk_look_keep(again->look, part->tensor, part->line.draw_count, element);
  again->open[element] = DECIDED;
  return GCHK_OK;
}

/* Where the layer's update is what elements are evaluated by, there is no other way to the same bits. */
static gchk_status decide_open(gchk_tensor_line *l, gchk_groups *groups, checked_again *again, gchk_error *error) {
  const gchk_tensor_work *tensor = l->tensor;
  const gchk_line_job job = {.attempt = decide_in_group, .context = again, .is_as_alone = true};
  size_t open[OPEN], count = 0;
  for (size_t k = 0; k < tensor->checked_count && count < OPEN; k++) {
    const size_t e = tensor->checked[k];
    if (tensor->verdict[e] == GCHK_FAIL || tensor->verdict[e] <= GCHK_KINK)
      continue;
    again->open[e] = TO_BE_DECIDED;
    open[count++] = e;
  }
  if (count <= OPEN_ALONE || l->snapshot != NULL)
    return GCHK_OK;
  const size_t *rest = open + OPEN_ALONE, left = count - OPEN_ALONE;
  GCHK_TRY(gchk_groups_run_first(groups, &job, rest, left, tensor->checked_count, error));
  return gchk_groups_run_rest(groups, &job, rest, left, error);
}

/* The elements by their groups, in blocks of whole groups: each is evaluated once, whoever does it. */
typedef struct pass {
  gchk_groups *groups;
  gchk_line_job ladders;
  gchk_group_order order;
  size_t starts[MOST_BLOCKS + 1];
} pass;

static bool is_over(const void *state) {
  return gchk_block_is_done(state);
}

/* Where the groups come apart nobody goes on, and whoever makes the result sees it for himself. */
static gchk_status decide_block(void *context, gchk_element_block block, const gchk_block_state *state,
                                gchk_error *error) {
  pass *p = context;
  gchk_line_job job = p->ladders;
  job.is_over = is_over;
  job.state = state;
  GCHK_TRY(gchk_groups_run_first(p->groups, &job, p->order.elements + block.first, block.count, block.first, error));
  return gchk_groups_hold(p->groups) ? GCHK_OK : gchk_fail(error, GCHK_LAYER_FAILED, "groups do not hold");
}

static gchk_status decide_in_blocks(pass *p, gchk_tensor_line *l, double operations, gchk_error *error) {
  const size_t least = p->order.count / LEAST_GROUPS, blocks = least < 1             ? 1
                                                               : least < MOST_BLOCKS ? least
                                                                                     : MOST_BLOCKS;
  for (size_t b = 0; b <= blocks; b++)
    p->starts[b] = p->order.start[p->order.count * b / blocks];
  const gchk_block_job job = {.decide = decide_block,
                              .context = p,
                              .operations = operations,
                              .order = p->order.elements,
                              .starts = p->starts,
                              .count = blocks,
                              .marks = gchk_groups_requests(p->groups)};
  const gchk_status status = gchk_decide_blocks(l, &job, error);
  return gchk_groups_hold(p->groups) || status == GCHK_NO_MEMORY ? status : GCHK_OK;
}

/* All elements once. Many groups are divided: those of one that are few and want more are left for the rest. */
static gchk_status run_first(pass *p, gchk_tensor_line *l, gchk_error *error) {
  const gchk_tensor_work *tensor = l->tensor;
  const gchk_instance *instance = l->work->instance;
  const size_t groups = gchk_group_count(tensor->pattern);
  double forward;
  if (groups < 2 * LEAST_GROUPS)
    return l->work->is_part
               ? GCHK_OK
               : gchk_groups_run_first(p->groups, &p->ladders, tensor->checked, tensor->checked_count, 0, error);
  GCHK_TRY(gchk_count_forward(instance->layer, &instance->sizes, &forward, error));
  GCHK_TRY(
      gchk_order_by_group(tensor->pattern, l->work->scratch, tensor->checked, tensor->checked_count, &p->order, error));
  return decide_in_blocks(p, l, forward * (double)groups / (double)tensor->checked_count + ladder, error);
}

gchk_status gchk_decide_groups(gchk_tensor_line *l, gchk_groups *groups, gchk_look *look, gchk_error *error) {
  const gchk_tensor_work *tensor = l->tensor;
  checked_again again = {.look = look};
  pass p = {.groups = groups, .ladders = {.attempt = gchk_keep_by_ladders, .context = look, .is_ladder = true}};
  GCHK_TRY(run_first(&p, l, error));
  if (l->work->is_part)
    return GCHK_OK;
  again.open = gchk_arena_alloc(l->work->scratch, tensor->total, sizeof *again.open);
  if (again.open == NULL)
    return gchk_fail_memory(error, "open elements");
  GCHK_TRY(gchk_groups_run_rest(groups, &p.ladders, tensor->checked, tensor->checked_count, error));
  if (gchk_groups_hold(groups))
    GCHK_TRY(decide_open(l, groups, &again, error));
  for (size_t k = 0; k < tensor->checked_count && gchk_groups_hold(groups); k++)
    if (is_wanted(tensor, tensor->checked[k], &again))
      GCHK_TRY(decide_alone(l, groups, tensor->checked[k], look, error));
  return GCHK_OK;
}
