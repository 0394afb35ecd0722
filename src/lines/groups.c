/*
 * Groups: the r-th elements of all classes that are asked for.
 *
 * Most elements are decided by the evaluations that all of them want. The few of a group that want more are put off,
 * until the groups have been asked once, and make groups of their own then.
 */
#include "lines/groups.h"

#include <math.h>

#include "core/memory.h"
#include "instance/move.h"
#include "lines/grouping.h"
#include "lines/recalled.h"
#include "measure/tensor_work.h"
#include "numeric/stencil.h"
#include "numeric/steps.h"
#include "pattern/pattern_audit.h"

enum {
  ROOM = 1 << 28, /* bytes of evaluations that are kept at a time */
  FEW = 8         /* one element of so many that is still open is put off */
};

typedef enum group_request { NOT_ASKED, PENDING, PUT_OFF } group_request;

struct gchk_groups {
  gchk_tensor_line *whole;
  gchk_tensor_line part; /* of the element whose turn it is */
  gchk_pattern *pattern; /* the tensor's, in the phase that is under way */
  gchk_all_outputs all;
  bool holds;
  double *x;                    /* the values of the tensor */
  double *made;                 /* outputs, as the layer gives them */
  double *y, *y0;               /* outputs, now and at the point, by class */
  double *v[GCHK_MAX_DRAWS];    /* by class */
  unsigned char *request;       /* one an element */
  bool *has_pending;            /* one a phase */
  size_t *next;                 /* one a class: of its elements the first that was not in a group */
  gchk_recalled *member;        /* one a class */
  size_t *active, active_count; /* classes whose members are not done */
  gchk_recalled *turn;          /* whose attempt it is */
  gchk_asking asking;           /* of the attempt */
  bool is_as_alone;             /* of the job */
  size_t room;
  uint64_t done;
};

bool gchk_groups_hold(const gchk_groups *groups) {
  return groups != NULL && groups->holds;
}

/* Nobody uses the pattern any more. */
static void leave_pattern(gchk_groups *g) {
  g->holds = false;
  g->whole->tensor->pattern = NULL;
}

void gchk_groups_give_up(gchk_groups *g, size_t element) {
  const gchk_pattern *p = g->pattern;
  gchk_pattern_set_phase(g->pattern, gchk_phase_of(p, element));
  const size_t first = p->output_start[p->class_of[element]];
  leave_pattern(g);
  gchk_note_broken_pattern(g->whole->tensor, p->outputs[first < g->whole->line.output_count ? first : 0]);
}

static void tell(const gchk_groups *g) {
  const gchk_case_work *work = g->whole->work;
  const uint64_t checked = g->whole->tensor->checked_count;
  if (work->stage != NULL)
    work->stage(work->stage_context, g->whole->t->name, work->elements_done + (g->done < checked ? g->done : checked));
}

/* An evaluation of the line of a part. */
static gchk_status recall(void *context, double x, double *y, gchk_error *error) {
  gchk_groups *g = context;
  // One of a group has room whatever it takes, so that there is an end.
  size_t unbounded = SIZE_MAX, *room = g->turn == &g->member[g->active[0]] ? &unbounded : &g->room;
  return gchk_recalled_evaluate(g->turn, &g->part, x, y, &g->asking, room, error);
}

/* Points that will be asked for; an evaluation that is not there ends the attempt. */
static gchk_status expect(void *context, const double *x, size_t count, gchk_error *error) {
  gchk_groups *g = context;
  size_t unbounded = SIZE_MAX, *room = g->turn == &g->member[g->active[0]] ? &unbounded : &g->room;
  for (size_t i = 0; i < count; i++)
    GCHK_TRY(gchk_recalled_want(g->turn, &g->part, x[i], &g->asking, room, error));
  return GCHK_OK;
}

/* Point `part` at the member of a class. */
static void take_turn(gchk_groups *g, size_t class) {
  gchk_line *line = &g->part.line;
  const size_t first = g->pattern->output_start[class];
  g->turn = &g->member[class];
  g->turn->next = 0;
  g->asking.wants = g->asking.is_full = false;
  line->output_count = g->turn->width;
  line->place = g->is_as_alone ? g->pattern->outputs + first : NULL;
  line->y0 = g->y0 + first;
  for (size_t d = 0; d < line->draw_count; d++)
    line->v[d] = g->v[d] + first;
}

static void leave(gchk_groups *g, size_t class, group_request now) {
  gchk_recalled *member = &g->member[class];
  const size_t bytes = gchk_recalled_bytes(member);
  g->request[member->element] = (unsigned char)now;
  g->room += bytes < ROOM - g->room ? bytes : ROOM - g->room;
  gchk_recalled_release(member);
}

static gchk_status attempt_all(gchk_groups *g, const gchk_line_job *job, gchk_error *error) {
  size_t left = 0;
  gchk_status status = GCHK_OK;
  for (size_t i = 0; i < g->active_count; i++) {
    const size_t class = g->active[i];
    if (status == GCHK_OK) {
      take_turn(g, class);
      const gchk_status outcome = job->attempt(job->context, &g->part, g->turn->element, error);
      status = outcome == GCHK_OK || (g->asking.wants && outcome != GCHK_NO_MEMORY) ? GCHK_OK : outcome;
      if (outcome == GCHK_OK || g->asking.is_full) {
        g->done += outcome == GCHK_OK;
        leave(g, class, outcome == GCHK_OK ? NOT_ASKED : PUT_OFF);
        tell(g);
        continue;
      }
    }
    g->active[left++] = class;
  }
  g->active_count = left;
  return status;
}

static void put_off_all(gchk_groups *g) {
  for (size_t i = 0; i < g->active_count; i++)
    leave(g, g->active[i], PUT_OFF);
  g->active_count = 0;
}

/* Sets the members that want another evaluation to what they want, or back. */
static void set_members(gchk_groups *g, size_t round, bool back) {
  const gchk_tensor *t = g->whole->t;
  for (size_t i = 0; i < g->active_count; i++) {
    const gchk_recalled *member = &g->member[g->active[i]];
    if (round < member->wanted)
      gchk_tensor_set(t, t->value, member->element, back ? g->x[member->element] : gchk_recalled_wanted(member, round));
  }
}

/* Outputs from `first` to `end`, by class, are what they are at the point. */
static void compare(gchk_groups *g, size_t first, size_t end) {
  for (size_t i = first; i < end && g->holds; i++) {
    if (g->y[i] == g->y0[i])
      continue;
    leave_pattern(g);
    gchk_note_broken_pattern(g->whole->tensor, g->pattern->outputs[i]);
  }
}

/* Gives the outputs to the members that were evaluated. What none of them moves must be as it was. */
static void share_out(gchk_groups *g, size_t round) {
  const gchk_pattern *p = g->pattern;
  size_t behind = 0;
  for (size_t i = 0; i < g->whole->line.output_count; i++)
    g->y[i] = g->made[p->outputs[i]];
  for (size_t i = 0; i < g->active_count; i++) {
    const size_t class = g->active[i];
    const gchk_recalled *member = &g->member[class];
    if (round >= member->wanted)
      continue;
    double *to = gchk_recalled_outputs(member, round);
    for (size_t j = 0; j < member->width; j++)
      to[j] = g->y[p->output_start[class] + j];
    compare(g, behind, p->output_start[class]);
    behind = p->output_start[class + 1];
  }
  compare(g, behind, g->whole->line.output_count);
}

static gchk_status evaluate_round(gchk_groups *g, size_t round, gchk_error *error) {
  gchk_instance *instance = g->whole->work->instance;
  set_members(g, round, false);
  gchk_status status = gchk_instance_forward(instance, error);
  if (status == GCHK_OK)
    status = gchk_instance_outputs(instance, g->made, error);
  set_members(g, round, true);
  if (status == GCHK_OK)
    share_out(g, round);
  tell(g);
  return status;
}

static gchk_status evaluate_wanted(gchk_groups *g, gchk_error *error) {
  size_t rounds = 0;
  for (size_t i = 0; i < g->active_count; i++)
    if (g->member[g->active[i]].wanted > rounds)
      rounds = g->member[g->active[i]].wanted;
  for (size_t round = 0; round < rounds && g->holds; round++) {
    const gchk_status status = evaluate_round(g, round, error);
    // Whether one of them alone is refused as well will be seen.
    if (status != GCHK_OK)
      leave_pattern(g);
    if (status == GCHK_NO_MEMORY)
      return status;
  }
  for (size_t i = 0; i < g->active_count; i++)
    gchk_recalled_learn(&g->member[g->active[i]]);
  return GCHK_OK;
}

static gchk_status run_group(gchk_groups *g, const gchk_line_job *job, bool may_put_off, gchk_error *error) {
  const size_t count = g->active_count;
  gchk_status status = attempt_all(g, job, error);
  while (status == GCHK_OK && g->active_count > 0 && g->holds) {
    status = evaluate_wanted(g, error);
    if (status == GCHK_OK && g->holds)
      status = attempt_all(g, job, error);
    if (status == GCHK_OK && may_put_off && FEW * g->active_count <= count)
      put_off_all(g);
  }
  put_off_all(g);
  return status;
}

/* The next group: of every class the next element that is asked for. */
static bool gather(gchk_groups *g) {
  const gchk_pattern *p = g->pattern;
  g->active_count = 0;
  for (size_t k = 0; k < p->class_count; k++) {
    while (g->next[k] < p->element_start[k + 1] && g->request[p->elements[g->next[k]]] != PENDING)
      g->next[k]++;
    if (g->next[k] == p->element_start[k + 1])
      continue;
    gchk_recalled_start(&g->member[k], p->elements[g->next[k]++], p->output_start[k + 1] - p->output_start[k]);
    g->active[g->active_count++] = k;
  }
  return g->active_count > 0;
}

/* What is sorted by class. */
static void start_phase(gchk_groups *g, size_t phase) {
  const gchk_line *line = &g->whole->line;
  gchk_pattern *p = g->pattern;
  gchk_pattern_set_phase(p, phase);
  for (size_t i = 0; i < line->output_count; i++) {
    g->y0[i] = line->y0[p->outputs[i]];
    for (size_t d = 0; d < line->draw_count; d++)
      g->v[d][i] = line->v[d][p->outputs[i]];
  }
  for (size_t k = 0; k < p->class_count; k++)
    g->next[k] = p->element_start[k];
}

static bool is_over(const gchk_line_job *job) {
  return job->is_over != NULL && job->is_over(job->state);
}

static gchk_status run_phases(gchk_groups *g, const gchk_line_job *job, bool may_put_off, gchk_error *error) {
  for (size_t phase = 0; phase < g->pattern->phase_count && g->holds; phase++) {
    if (!g->has_pending[phase])
      continue;
    start_phase(g, phase);
    while (g->holds && !is_over(job) && gather(g))
      GCHK_TRY(run_group(g, job, may_put_off, error));
  }
  return GCHK_OK;
}

/* Asks for what was put off. */
static bool ask(gchk_groups *g, const size_t *elements, size_t count) {
  bool any = false;
  for (size_t phase = 0; phase < g->pattern->phase_count; phase++)
    g->has_pending[phase] = false;
  for (size_t i = 0; i < count; i++) {
    unsigned char *is = &g->request[elements[i]];
    if (*is != PUT_OFF)
      continue;
    *is = PENDING;
    g->has_pending[gchk_phase_of(g->pattern, elements[i])] = any = true;
  }
  return any;
}

/* What is known of all lines by now: noise, the first step. */
static void make_part(gchk_groups *g, const gchk_line_job *job, size_t element) {
  g->asking.is_ladder = job->is_ladder;
  g->is_as_alone = job->is_as_alone;
  gchk_tensor_line_aim(g->whole, element);
  g->part = *g->whole;
  g->part.is_part = true;
  g->part.line.y0_is_exact = true; // by forward, as the point was
  g->part.line.evaluate = recall;
  g->part.line.expect = job->is_as_alone ? expect : NULL;
  g->part.line.context = g;
  g->part.line.all = &g->all;
}

/* An update goes on from a forward at the point. */
static gchk_status settle(const gchk_tensor_line *l, gchk_error *error) {
  return l->snapshot != NULL ? gchk_instance_forward(l->work->instance, error) : GCHK_OK;
}

unsigned char *gchk_groups_requests(gchk_groups *groups) {
  return groups->request;
}

gchk_status gchk_groups_run_first(gchk_groups *g, const gchk_line_job *job, const size_t *elements, size_t count,
                                  uint64_t done, gchk_error *error) {
  if (count == 0 || !g->holds)
    return GCHK_OK;
  make_part(g, job, elements[0]);
  g->done = done;
  for (size_t i = 0; i < count; i++)
    g->request[elements[i]] = PUT_OFF;
  (void)ask(g, elements, count);
  return run_phases(g, job, true, error);
}

gchk_status gchk_groups_run_rest(gchk_groups *g, const gchk_line_job *job, const size_t *elements, size_t count,
                                 gchk_error *error) {
  if (count == 0)
    return GCHK_OK;
  make_part(g, job, elements[0]);
  while (g->holds && ask(g, elements, count))
    GCHK_TRY(run_phases(g, job, false, error));
  return settle(g->whole, error);
}

gchk_status gchk_groups_run(gchk_groups *g, const gchk_line_job *job, const size_t *elements, size_t count,
                            gchk_error *error) {
  GCHK_TRY(gchk_groups_run_first(g, job, elements, count, 0, error));
  return gchk_groups_run_rest(g, job, elements, count, error);
}

static bool may_group(const gchk_tensor_line *l, size_t count) {
  const size_t cost = gchk_grouping_cost(l->work, l->tensor);
  if (l->varies || cost == 0)
    return false;
  if (l->tensor->is_pattern_audited) // whatever it took: what is left to be asked is whether groups pay
    return l->tensor->pattern != NULL;
  if (count * GCHK_USUAL_EVALUATIONS <= 2 * cost)
    return false;
  return l->snapshot == NULL || gchk_groups_pay(l->work, l->tensor, cost / GCHK_USUAL_EVALUATIONS, count, true);
}

/* Of the elements in this phase the most that are of one class: each of them is in another group. */
static size_t count_groups(gchk_groups *g, const size_t *elements, size_t count) {
  const gchk_pattern *p = g->pattern;
  size_t most = 0;
  for (size_t k = 0; k < p->class_count; k++)
    g->next[k] = 0;
  for (size_t i = 0; i < count; i++) {
    const size_t class = p->class_of[elements[i]], of_class = class < p->class_count ? ++g->next[class] : 0;
    most = of_class > most ? of_class : most;
  }
  return most;
}

/* Are there far fewer groups than elements? */
static bool pays(gchk_groups *g, const size_t *elements, size_t count) {
  size_t groups = 0;
  for (size_t phase = 0; phase < g->pattern->phase_count; phase++) {
    gchk_pattern_set_phase(g->pattern, phase);
    groups += count_groups(g, elements, count);
  }
  return gchk_groups_pay(g->whole->work, g->whole->tensor, groups, count, g->whole->snapshot != NULL);
}

static gchk_status make(gchk_groups *g, gchk_error *error) {
  const gchk_tensor_line *l = g->whole;
  gchk_arena *arena = l->work->scratch;
  const size_t n = l->t->count, m = l->line.output_count, classes = g->pattern->most_classes;
  double **const of_outputs[] = {&g->made, &g->y, &g->y0, &g->v[0], &g->v[1]};
  bool has_all = true;
  for (size_t i = 0; i < 3 + l->line.draw_count; i++) {
    *of_outputs[i] = gchk_arena_alloc(arena, m, sizeof(double));
    has_all = has_all && *of_outputs[i] != NULL;
  }
  g->x = gchk_arena_alloc(arena, n, sizeof *g->x);
  g->request = gchk_arena_alloc(arena, n, 1);
  g->next = gchk_arena_alloc(arena, classes, sizeof *g->next);
  g->member = gchk_arena_alloc(arena, classes, sizeof *g->member);
  g->active = gchk_arena_alloc(arena, classes, sizeof *g->active);
  g->has_pending = gchk_arena_alloc(arena, g->pattern->phase_count, sizeof *g->has_pending);
  if (!has_all || g->has_pending == NULL || g->x == NULL || g->request == NULL || g->next == NULL ||
      g->member == NULL || g->active == NULL)
    return gchk_fail_memory(error, "groups of elements");
  for (size_t e = 0; e < n; e++)
    g->x[e] = gchk_tensor_get(l->t, l->t->value, e);
  g->all = gchk_stencil_all_outputs(&l->line);
  g->room = ROOM;
  return GCHK_OK;
}

static gchk_status open_groups(gchk_tensor_line *l, const size_t *elements, size_t count, gchk_groups **groups,
                               gchk_error *error) {
  gchk_pattern *pattern;
  GCHK_TRY(gchk_find_grouping(l->work, l->tensor, HUGE_VAL, &pattern, error));
  if (pattern == NULL)
    return GCHK_OK;
  gchk_groups *g = gchk_arena_alloc(l->work->scratch, 1, sizeof *g);
  if (g == NULL)
    return gchk_fail_memory(error, "groups of elements");
  g->whole = l;
  g->pattern = pattern;
  GCHK_TRY(make(g, error));
  if (!pays(g, elements, count))
    return GCHK_OK;
  GCHK_TRY(gchk_audit_grouping(l->work, l->tensor, &g->holds, error));
  *groups = g->holds ? g : NULL;
  return GCHK_OK;
}

gchk_status gchk_groups_open(gchk_tensor_line *l, const size_t *elements, size_t count, gchk_groups **groups,
                             gchk_error *error) {
  *groups = NULL;
  if (!may_group(l, count))
    return GCHK_OK;
  GCHK_TRY(open_groups(l, elements, count, groups, error));
  return settle(l, error);
}
