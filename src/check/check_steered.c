/* A point that was found is a case of its own while it is checked: its values are given, and nothing is probed. */
#include "check/check_steered.h"

#include <math.h>
#include <stdio.h>

#include "check/case_check.h"
#include "core/memory.h"
#include "core/text.h"
#include "reach/run_apart.h"
#include "reach/steer.h"
#include "reach/steer_words.h"
#include "result/findings.h"

// Each is a forward and a backward, which takes about as long as two.
enum { CALLS_OF_TRY = 3, LEAST_TRIES = 100, MOST_TRIES = 3000, ELEMENTS_ELSEWHERE = 200 };

static const char memory_for[] = "the gradients at inputs that take a branch";

/* What a point comes to, in memory that processes share. */
typedef struct outcome {
  bool is_whole; // the rest is filled in
  gchk_verdict verdict;
  uint64_t calls;
  char wrong[1024];
} outcome;

typedef struct point_check {
  const gchk_case *spec;
  const gchk_options *options;
  const gchk_steer_point *point;
  outcome *outcome;
  unsigned char *ran; // shared likewise: what ran, by branch
} point_check;

// In a process of its own: differences go on from the point to others, of which nobody knows what the layer does there.
static void check_there(gchk_reach *reach, void *context) {
  const point_check *c = context;
  gchk_case at = gchk_steered_case(c->spec, c->point);
  gchk_options options = *c->options;
  const gchk_case_host nobody = {0};
  gchk_case_result there;
  gchk_error error;
  gchk_arena *arena = gchk_arena_new();
  options.probes = false;
  options.gradients = NULL;
  options.arrays = NULL;
  options.store = NULL;
  if (c->point->sizes[0] != '\0' && options.budget == 0)
    options.budget = ELEMENTS_ELSEWHERE;
  if (arena == NULL || gchk_steered_settings(&at, c->point, options.seed, arena, &error) != GCHK_OK ||
      gchk_check_case(&at, &options, arena, &nobody, &there, &error) != GCHK_OK)
    return;
  gchk_text wrong = {0};
  gchk_put_wrong_there(&wrong, &there);
  (void)snprintf(c->outcome->wrong, sizeof c->outcome->wrong, "%s", wrong.data != NULL ? wrong.data : "");
  gchk_text_deinit(&wrong);
  c->outcome->calls = there.forward_calls;
  c->outcome->verdict = there.verdict;
  gchk_reach_tell(reach, c->ran);
  c->outcome->is_whole = true;
}

static gchk_finding *find(gchk_finding_list *list, const outcome *o, const char *branch, const char *where) {
  if (o->is_whole && o->verdict == GCHK_FAIL)
    return gchk_finding_add(list, GCHK_CODE_WRONG_BRANCH, "wrong where %s is taken: at %s (all else as in the case) %s",
                            branch, where, o->wrong);
  return gchk_finding_note(list, GCHK_CODE_UNCHECKED_BRANCH,
                           "%s is taken at %s (all else as in the case), and cannot be checked there: %s", branch,
                           where,
                           !o->is_whole        ? "the layer ends its process, hangs or refuses the values"
                           : *o->wrong != '\0' ? o->wrong
                                               : "its gradients could not be told");
}

static gchk_status add_finding(const gchk_reach *reach, const point_check *c, gchk_case_result *result,
                               gchk_arena *arena, gchk_error *error) {
  const gchk_case at = gchk_steered_case(c->spec, c->point);
  gchk_finding_list list = gchk_finding_list_from(arena, result->findings, result->finding_count);
  gchk_text branch = {0}, where = {0};
  gchk_reach_put_name(&branch, reach, c->point->places[0]);
  gchk_put_steer_point(&where, &at, c->point);
  list.failed = list.failed || branch.data == NULL || branch.failed || where.data == NULL || where.failed;
  if (!list.failed) {
    gchk_finding *finding = find(&list, c->outcome, branch.data, where.data);
    gchk_finding_text(&list, finding, "branch", "%s", branch.data);
    gchk_finding_text(&list, finding, "at", "%s", where.data);
  }
  gchk_text_deinit(&branch);
  gchk_text_deinit(&where);
  if (list.failed)
    return gchk_fail_memory(error, memory_for);
  result->findings = list.findings;
  result->finding_count = list.count;
  return GCHK_OK;
}

// What could be told there no worse than of the case itself counts as taken.
static gchk_status check_point(gchk_reach *reach, const point_check *c, gchk_verdict own, gchk_case_result *result,
                               gchk_arena *arena, gchk_error *error) {
  point_check copy = *c;
  *c->outcome = (outcome){.is_whole = false};
  gchk_run_apart(reach, check_there, &copy);
  const outcome *o = c->outcome;
  const bool is_wrong = o->is_whole && o->verdict == GCHK_FAIL;
  const bool is_told = o->is_whole && (is_wrong || o->verdict <= own);
  result->forward_calls += o->calls;
  if (is_told)
    gchk_reach_add(reach, c->ran);
  if (is_wrong)
    result->verdict = GCHK_FAIL;
  return is_told && !is_wrong ? GCHK_OK : add_finding(reach, c, result, arena, error);
}

/* Looking for points, and what was found. */
typedef struct look {
  const gchk_case *spec;
  uint64_t seed, budget;
  gchk_steered *found;
} look;

static void look_for_points(gchk_reach *reach, void *context) {
  const look *l = context;
  gchk_steer(reach, l->spec, l->seed, l->budget, l->found);
}

static gchk_status check_points(gchk_reach *reach, const gchk_case *spec, const gchk_options *options,
                                const gchk_steered *found, gchk_case_result *result, gchk_arena *arena,
                                gchk_error *error) {
  const size_t branches = gchk_reach_branch_count(reach);
  const gchk_verdict own = result->verdict;
  point_check c = {spec, options, NULL, gchk_shared_new(sizeof *c.outcome), gchk_shared_new(branches)};
  const bool has_room = c.outcome != NULL && c.ran != NULL;
  gchk_status status = has_room ? GCHK_OK : gchk_fail_memory(error, memory_for);
  for (size_t i = 0; has_room && i < found->count && status == GCHK_OK; i++) {
    c.point = &found->points[i];
    status = check_point(reach, &c, own, result, arena, error);
  }
  gchk_shared_free(c.outcome, sizeof *c.outcome);
  gchk_shared_free(c.ran, branches);
  return status;
}

gchk_status gchk_check_steered(gchk_reach *reach, const gchk_case *spec, const gchk_options *options,
                               gchk_case_result *result, gchk_arena *arena, gchk_error *error) {
  gchk_open_place *open;
  size_t count;
  const bool is_own = !spec->auxiliary && !spec->planted && !spec->all_ignored;
  if (!is_own || (result->verdict != GCHK_PASS && result->verdict != GCHK_INCONCLUSIVE))
    return GCHK_OK;
  GCHK_TRY(gchk_reach_open(reach, &open, &count, error));
  if (count == 0)
    return GCHK_OK;
  const double tries = fmin(fmax((double)result->forward_calls / CALLS_OF_TRY, LEAST_TRIES), MOST_TRIES);
  look l = {spec, options->seed, (uint64_t)tries, gchk_shared_new(sizeof *l.found)};
  if (l.found == NULL)
    return gchk_fail_memory(error, memory_for);
  gchk_run_apart(reach, look_for_points, &l);
  result->forward_calls += l.found->calls;
  const gchk_status status = check_points(reach, spec, options, l.found, result, arena, error);
  gchk_shared_free(l.found, sizeof *l.found);
  return status;
}
