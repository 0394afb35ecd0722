/*
 * Sites are sorted by layer, code and telling evidence, so that those of one mistake are neighbours; among neighbours
 * the factor decides: 2 in one shape and "2 or B" in another are one mistake, 2 and 3 are two. Then what is seen of one
 * mistake in several ways is put together.
 */
#include "summary/causes.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/arena.h"
#include "result/error_bars.h"
#include "result/finding_codes.h"
#include "summary/cause_key.h"
#include "summary/cause_merge.h"
#include "summary/cause_powers.h"
#include "summary/factor_set.h"
#include "summary/site.h"
#include "summary/where.h"

static int compare_sites(const void *a, const void *b) {
  const gchk_site *x = a, *y = b;
  const int by_key = gchk_compare_site_keys(x, y);
  return by_key != 0 ? by_key : gchk_compare_sizes(x->order, y->order);
}

typedef struct growing {
  const gchk_case_result *owner; /* of its first site */
  const gchk_finding *finding;   /* likewise; NULL: nothing names it */
  char factor[GCHK_FACTOR_SET];  /* what all of its sites share; "": they have no named one */
  const char *powers;            /* said instead of one factor; NULL: it has one */
  size_t members;
} growing;

static bool are_near(double a, double b) {
  static const double relative = 0.01; // of ratios measured in float
  return (isnan(a) && isnan(b)) || fabs(a - b) <= relative * fmax(fabs(a), fabs(b));
}

static bool have_same_numbers(const gchk_finding *a, const gchk_finding *b) {
  static const char *const keys[] = {"factor", "shift", "bits", "below", "above"};
  for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
    if (!are_near(gchk_evidence_number(a, keys[i]), gchk_evidence_number(b, keys[i])))
      return false;
  return true;
}

/* Is it the same mistake? Then the factor of the cause is what they share. */
static bool join(growing *g, const gchk_site *s) {
  const char *factor = gchk_evidence_text(s->finding, "factor");
  char common[GCHK_FACTOR_SET];
  if (!have_same_numbers(g->finding, s->finding))
    return false;
  if (g->factor[0] != '\0' && factor != NULL) {
    if (!gchk_factor_set_meet(g->factor, factor, common))
      return false;
    memcpy(g->factor, common, sizeof common);
  } else if (!are_near(gchk_evidence_number(g->finding, "ratio"), gchk_evidence_number(s->finding, "ratio"))) {
    return false;
  }
  g->members++;
  return true;
}

static void start(growing *g, const gchk_site *s) {
  const char *factor = gchk_evidence_text(s->finding, "factor");
  *g = (growing){.owner = s->owner, .finding = s->finding, .members = 1};
  if (factor != NULL && strlen(factor) < sizeof g->factor)
    memcpy(g->factor, factor, strlen(factor) + 1);
}

/* Among the latest few causes of the neighbours, so that many that differ cost no more than their number. */
static void assign(gchk_site_list *list, growing *causes, size_t *cause_count) {
  enum { LATEST = 32 };
  size_t first = 0; // cause of these neighbours
  for (size_t i = 0; i < list->count; i++) {
    gchk_site *s = &list->sites[i];
    if (i == 0 || gchk_compare_site_keys(&list->sites[i - 1], s) != 0)
      first = *cause_count;
    size_t c = *cause_count > first + LATEST ? *cause_count - LATEST : first;
    while (c < *cause_count && !join(&causes[c], s))
      c++;
    if (c == *cause_count)
      start(&causes[(*cause_count)++], s);
    s->cause = c;
  }
}

// The names of its factor are as few as those of the cause: its sentence is that of all.
static bool says_factor(const gchk_site *s, const growing *g) {
  const char *factor = gchk_evidence_text(s->finding, "factor");
  return factor == NULL || strcmp(factor, g->factor) == 0;
}

static double badness(const gchk_site *s) {
  return s->tensor != NULL ? gchk_worst_error_bars(s->tensor) : 0;
}

/* The same for all that is explained nearly whole: of many elements one or another is within its bound by chance. */
static double explained(const gchk_site *s) {
  static const double nearly_all = 0.9;
  return fmin(gchk_site_explained(s), nearly_all);
}

/* Does `a` show the mistake better than `b`? */
static bool is_better(const gchk_site *a, const gchk_site *b, const growing *g) {
  if (says_factor(a, g) != says_factor(b, g))
    return says_factor(a, g);
  if (explained(a) != explained(b))
    return explained(a) > explained(b);
  if (a->owner->auxiliary != b->owner->auxiliary) // whose numbers are the reader's own
    return b->owner->auxiliary;
  return badness(a) > badness(b);
}

// Is its finding the one that names the cause, and not another sight of it?
static bool has_name_of(const gchk_site *s, const growing *g) {
  return s->finding == NULL || g->finding == NULL ? s->finding == g->finding
                                                  : strcmp(s->finding->code, g->finding->code) == 0;
}

/* Of the case at `first`: the tensors in which the mistake is seen by its name. */
static size_t count_tensors(const growing *g, const gchk_site *sites, size_t first, size_t *end) {
  const gchk_tensor_result *last = NULL;
  size_t count = 0, i = first;
  for (; i < g->members && sites[i].owner == sites[first].owner; i++)
    if (sites[i].tensor != NULL && sites[i].tensor != last && has_name_of(&sites[i], g)) {
      last = sites[i].tensor;
      count++;
    }
  *end = i;
  return count;
}

// A factor of every tensor of every case in which it is seen comes from where backward begins.
static const char *shared_by_all(gchk_result *result, const gchk_site *s, const growing *g, const gchk_site *sites) {
  size_t most = 0;
  if (!gchk_finding_is(s->finding, GCHK_CODE_CONSTANT_RATIO) && !gchk_finding_is(s->finding, GCHK_CODE_WRONG_SIGN))
    return s->finding->text;
  for (size_t i = 0, end; i < g->members; i = end) {
    const size_t of_case = count_tensors(g, sites, i, &end);
    if (of_case < sites[i].owner->tensor_count)
      return s->finding->text;
    most = of_case > most ? of_case : most;
  }
  const char *text = most < 2 ? NULL
                              : gchk_arena_printf(result->arena,
                                                  "%s; all %zu tensors share it: look at the loss, or at "
                                                  "whatever backward begins with",
                                                  s->finding->text, most);
  return text != NULL ? text : s->finding->text;
}

static const char *sentence_of(gchk_result *result, const gchk_site *s, const growing *g, const gchk_site *sites) {
  if (s->finding == NULL && s->tensor == NULL)
    return *s->owner->reason != '\0' ? s->owner->reason : "the case could not be checked to its end";
  if (s->finding == NULL)
    return *s->tensor->reason != '\0' ? s->tensor->reason : "the gradient is wrong, and nothing names the mistake";
  if (g->powers == NULL && says_factor(s, g))
    return shared_by_all(result, s, g, sites);
  const char *text = g->powers != NULL ? g->powers
                                       : gchk_arena_printf(result->arena, "%s; the factor in all shapes: %s",
                                                           s->finding->text, g->factor);
  return text != NULL ? text : s->finding->text;
}

// What is telling of its first site, and the factor that all share.
static void add_evidence(gchk_result *result, gchk_cause *cause, const growing *g) {
  const gchk_finding *finding = g->finding;
  if (finding == NULL)
    return;
  cause->finding.evidence =
      gchk_arena_alloc(result->arena, finding->evidence_count + 1, sizeof *cause->finding.evidence);
  for (size_t i = 0; i < finding->evidence_count && cause->finding.evidence != NULL; i++)
    if (gchk_evidence_is_telling(&finding->evidence[i]))
      cause->finding.evidence[cause->finding.evidence_count++] = finding->evidence[i];
  if (g->powers == NULL && g->factor[0] != '\0' && cause->finding.evidence != NULL)
    cause->finding.evidence[cause->finding.evidence_count++] =
        (gchk_evidence){.key = "factor", .text = gchk_arena_strdup(result->arena, g->factor)};
}

// The one that shows the mistake best: of those that bear its name, or of all tensors.
static size_t find_best(const growing *g, const gchk_site *sites, bool is_named) {
  size_t best = g->members;
  for (size_t i = 0; i < g->members; i++)
    if (is_named ? has_name_of(&sites[i], g) : sites[i].tensor != NULL)
      best = best == g->members || is_better(&sites[i], &sites[best], g) ? i : best;
  return best;
}

/* `sites` are those of the cause, in the order of the run. */
static void fill(gchk_result *result, gchk_cause *cause, const growing *g, const gchk_site *sites) {
  const size_t named = find_best(g, sites, true), tensor = find_best(g, sites, false);
  cause->finding.code = g->finding != NULL ? g->finding->code : "";
  cause->layer = g->owner->layer;
  cause->members = gchk_arena_alloc(result->arena, g->members, sizeof *cause->members);
  for (size_t i = 0; i < g->members && cause->members != NULL; i++) {
    const gchk_verdict verdict = sites[i].tensor != NULL ? sites[i].tensor->verdict : sites[i].owner->verdict;
    cause->members[cause->member_count++] = sites[i].member;
    cause->verdict = verdict > cause->verdict ? verdict : cause->verdict;
  }
  cause->shown = sites[named].tensor == NULL && tensor < g->members ? tensor : named;
  cause->finding.text = sentence_of(result, &sites[named], g, sites);
  cause->where = gchk_cause_where(result, cause);
  add_evidence(result, cause, g);
}

// What crashed; what the calling contract is; wrong gradients; figures; and what nothing names.
static int rank(const gchk_cause *cause) {
  const gchk_code_doc *code = gchk_code_find(cause->finding.code);
  if (cause->verdict == GCHK_ERROR)
    return -1;
  return code != NULL ? (int)code->kind : GCHK_CODE_IS_JUDGEMENT + 1;
}

/* By rank; among equals in the order of the run, in which a case as a whole comes before its tensors. */
static int compare_causes(const void *a, const void *b) {
  const gchk_cause *x = a, *y = b;
  const gchk_cause_member *m = &x->members[0], *n = &y->members[0];
  const int by_rank = rank(x) - rank(y), by_case = gchk_compare_sizes(m->case_index, n->case_index);
  const int by_kind = (*m->tensor != '\0') - (*n->tensor != '\0');
  const int by_tensor = gchk_compare_sizes(m->tensor_index, n->tensor_index);
  return by_rank != 0     ? by_rank
         : by_case != 0   ? by_case
         : by_kind != 0   ? by_kind
         : by_tensor != 0 ? by_tensor
                          : gchk_compare_sizes(m->finding_index, n->finding_index);
}

static int compare_by_cause(const void *a, const void *b) {
  const gchk_site *x = a, *y = b;
  const int by_cause = gchk_compare_sizes(x->cause, y->cause);
  return by_cause != 0 ? by_cause : gchk_compare_sizes(x->order, y->order);
}

static void count_members(const gchk_site_list *list, growing *causes, size_t count) {
  for (size_t c = 0; c < count; c++)
    causes[c].members = 0;
  for (size_t i = 0; i < list->count; i++)
    causes[list->sites[i].cause].members++;
}

static void build(gchk_result *result, gchk_site_list *list) {
  size_t count = 0;
  growing *causes = gchk_arena_alloc(result->arena, list->count, sizeof *causes);
  const char **powers = gchk_arena_alloc(result->arena, list->count, sizeof *powers);
  result->causes = gchk_arena_alloc(result->arena, list->count, sizeof *result->causes);
  if (causes == NULL || powers == NULL || result->causes == NULL)
    return;
  qsort(list->sites, list->count, sizeof *list->sites, compare_sites);
  assign(list, causes, &count);
  gchk_find_powers(list, powers, result->arena);
  gchk_merge_causes(list, result->arena);
  count_members(list, causes, count);
  qsort(list->sites, list->count, sizeof *list->sites, compare_by_cause);
  size_t filled = 0;
  for (size_t c = 0, at = 0; c < count; at += causes[c++].members)
    if (causes[c].members > 0) {
      causes[c].powers = powers[c];
      fill(result, &result->causes[filled++], &causes[c], &list->sites[at]);
    }
  if (gchk_arena_has_failed(result->arena))
    return; // none without its members
  qsort(result->causes, filled, sizeof *result->causes, compare_causes);
  result->cause_count = filled;
}

void gchk_find_causes(gchk_result *result) {
  result->cause_count = 0;
  result->causes = NULL;
  gchk_site_list list = gchk_find_sites(result);
  if (list.count > 0)
    build(result, &list);
}
