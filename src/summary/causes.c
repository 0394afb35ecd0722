/*
 * Every wrong tensor, and every case that is wrong as a whole, with each of its findings is a site. Sites are sorted by
 * layer, code and telling evidence, so that those of one mistake are neighbours; among neighbours the factor decides: 2
 * in one shape and "2 or B" in another are one mistake, 2 and 3 are two.
 */
#include "summary/causes.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/arena.h"
#include "result/error_bars.h"
#include "summary/cause_key.h"
#include "summary/factor_set.h"
#include "summary/where.h"
#include "summary/wrong.h"

typedef struct site {
  const gchk_case_result *owner;
  const gchk_tensor_result *tensor; /* NULL: the case as a whole */
  const gchk_finding *finding;      /* NULL: nothing names it */
  gchk_cause_member member;
  size_t order; /* of the run */
  size_t cause; /* the one that it belongs to */
} site;

typedef struct site_list {
  site *sites;
  size_t count;
} site_list;

// Counts, where there is no room yet.
static void add_site(site_list *list, site s) {
  s.order = list->count++;
  if (list->sites != NULL)
    list->sites[s.order] = s;
}

// One for each finding that names a mistake; where none does, for each that is no note; one where there is none.
static void add_findings(site_list *list, site s, const gchk_finding *findings, size_t count) {
  const size_t before = list->count;
  bool has_name = false;
  for (size_t i = 0; i < count; i++)
    has_name = has_name || gchk_finding_names(&findings[i]);
  for (size_t i = 0; i < count; i++)
    if (has_name ? gchk_finding_names(&findings[i]) : !findings[i].is_note) {
      s.finding = &findings[i];
      s.member.finding_index = i;
      add_site(list, s);
    }
  if (list->count == before)
    add_site(list, s);
}

static void add_case(site_list *list, const gchk_result *result, size_t index) {
  const gchk_case_result *c = &result->cases[index];
  site s = {.owner = c, .member = {.case_name = c->name, .tensor = "", .case_index = index}};
  if (gchk_is_wrong_as_a_whole(c))
    add_findings(list, s, c->findings, c->finding_count);
  for (size_t k = 0; k < c->tensor_count && !gchk_failed_as_expected(c); k++) {
    const gchk_tensor_result *t = &c->tensors[k];
    if (t->verdict < GCHK_FAIL)
      continue;
    s.tensor = t;
    s.member.tensor = t->name;
    s.member.tensor_index = k;
    add_findings(list, s, t->findings, t->finding_count);
  }
}

static int compare_sizes(size_t a, size_t b) {
  return (a > b) - (a < b);
}

static int compare_layers(const site *a, const site *b) {
  const int by_target = strcmp(a->owner->target, b->owner->target);
  return by_target != 0 ? by_target : strcmp(a->owner->layer, b->owner->layer);
}

// What nothing names is told apart by what is said of it: a reason, and of which tensor.
static int compare_unnamed(const site *a, const site *b) {
  const int by_tensor = strcmp(a->member.tensor, b->member.tensor);
  if (by_tensor != 0 || a->tensor == NULL)
    return by_tensor != 0 ? by_tensor : strcmp(a->owner->reason, b->owner->reason);
  return strcmp(a->tensor->reason, b->tensor->reason);
}

static int compare_keys(const site *a, const site *b) {
  const int by_layer = compare_layers(a, b);
  const int by_finding = by_layer != 0 ? by_layer : gchk_cause_key_compare(a->finding, b->finding);
  return by_finding != 0 || a->finding != NULL ? by_finding : compare_unnamed(a, b);
}

static int compare_sites(const void *a, const void *b) {
  const site *x = a, *y = b;
  const int by_key = compare_keys(x, y);
  return by_key != 0 ? by_key : compare_sizes(x->order, y->order);
}

typedef struct growing {
  const gchk_case_result *owner; /* of its first site */
  const gchk_finding *finding;   /* likewise; NULL: nothing names it */
  char factor[GCHK_FACTOR_SET];  /* what all of its sites share; "": they have no named one */
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
static bool join(growing *g, const site *s) {
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

static void start(growing *g, const site *s) {
  const char *factor = gchk_evidence_text(s->finding, "factor");
  *g = (growing){.owner = s->owner, .finding = s->finding, .members = 1};
  if (factor != NULL && strlen(factor) < sizeof g->factor)
    memcpy(g->factor, factor, strlen(factor) + 1);
}

/* Among the latest few causes of the neighbours, so that many that differ cost no more than their number. */
static void assign(site_list *list, growing *causes, size_t *cause_count) {
  enum { LATEST = 32 };
  size_t first = 0; // cause of these neighbours
  for (size_t i = 0; i < list->count; i++) {
    site *s = &list->sites[i];
    if (i == 0 || compare_keys(&list->sites[i - 1], s) != 0)
      first = *cause_count;
    size_t c = *cause_count > first + LATEST ? *cause_count - LATEST : first;
    while (c < *cause_count && !join(&causes[c], s))
      c++;
    if (c == *cause_count)
      start(&causes[(*cause_count)++], s);
    s->cause = c;
  }
}

static double explained(const site *s) {
  const double share = gchk_evidence_number(s->finding, "explained") / gchk_evidence_number(s->finding, "failing");
  return isnan(share) ? 0 : share;
}

// The names of its factor are as few as those of the cause: its sentence is that of all.
static bool says_factor(const site *s, const growing *g) {
  const char *factor = gchk_evidence_text(s->finding, "factor");
  return factor == NULL || strcmp(factor, g->factor) == 0;
}

static double badness(const site *s) {
  return s->tensor != NULL ? gchk_worst_error_bars(s->tensor) : 0;
}

/* Does `a` show the mistake better than `b`? */
static bool is_better(const site *a, const site *b, const growing *g) {
  if (says_factor(a, g) != says_factor(b, g))
    return says_factor(a, g);
  if (explained(a) != explained(b))
    return explained(a) > explained(b);
  return badness(a) > badness(b);
}

static const char *sentence_of(gchk_result *result, const site *s, const growing *g) {
  if (s->finding == NULL && s->tensor == NULL)
    return *s->owner->reason != '\0' ? s->owner->reason : "the case could not be checked to its end";
  if (s->finding == NULL)
    return *s->tensor->reason != '\0' ? s->tensor->reason : "the gradient is wrong, and nothing names the mistake";
  if (says_factor(s, g))
    return s->finding->text;
  const char *text = gchk_arena_printf(result->arena, "%s; the factor in all shapes: %s", s->finding->text, g->factor);
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
  if (g->factor[0] != '\0' && cause->finding.evidence != NULL)
    cause->finding.evidence[cause->finding.evidence_count++] =
        (gchk_evidence){.key = "factor", .text = gchk_arena_strdup(result->arena, g->factor)};
}

/* `sites` are those of the cause, in the order of the run. */
static void fill(gchk_result *result, gchk_cause *cause, const growing *g, const site *sites) {
  size_t best = 0;
  cause->finding.code = g->finding != NULL ? g->finding->code : "";
  cause->layer = g->owner->layer;
  cause->members = gchk_arena_alloc(result->arena, g->members, sizeof *cause->members);
  for (size_t i = 0; i < g->members && cause->members != NULL; i++) {
    const gchk_verdict verdict = sites[i].tensor != NULL ? sites[i].tensor->verdict : sites[i].owner->verdict;
    cause->members[cause->member_count++] = sites[i].member;
    cause->verdict = verdict > cause->verdict ? verdict : cause->verdict;
    best = is_better(&sites[i], &sites[best], g) ? i : best;
  }
  cause->shown = best;
  cause->finding.text = sentence_of(result, &sites[best], g);
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
  const int by_rank = rank(x) - rank(y), by_case = compare_sizes(m->case_index, n->case_index);
  const int by_kind = (*m->tensor != '\0') - (*n->tensor != '\0');
  const int by_tensor = compare_sizes(m->tensor_index, n->tensor_index);
  return by_rank != 0     ? by_rank
         : by_case != 0   ? by_case
         : by_kind != 0   ? by_kind
         : by_tensor != 0 ? by_tensor
                          : compare_sizes(m->finding_index, n->finding_index);
}

static int compare_by_cause(const void *a, const void *b) {
  const site *x = a, *y = b;
  const int by_cause = compare_sizes(x->cause, y->cause);
  return by_cause != 0 ? by_cause : compare_sizes(x->order, y->order);
}

static void build(gchk_result *result, site_list *list) {
  size_t count = 0;
  growing *growing_causes = gchk_arena_alloc(result->arena, list->count, sizeof *growing_causes);
  if (growing_causes == NULL)
    return;
  qsort(list->sites, list->count, sizeof *list->sites, compare_sites);
  assign(list, growing_causes, &count);
  qsort(list->sites, list->count, sizeof *list->sites, compare_by_cause);
  result->causes = gchk_arena_alloc(result->arena, count, sizeof *result->causes);
  if (result->causes == NULL)
    return;
  for (size_t c = 0, at = 0; c < count; at += growing_causes[c++].members)
    fill(result, &result->causes[c], &growing_causes[c], &list->sites[at]);
  if (gchk_arena_has_failed(result->arena))
    return; // none without its members
  qsort(result->causes, count, sizeof *result->causes, compare_causes);
  result->cause_count = count;
}

static void add_cases(site_list *list, const gchk_result *result) {
  list->count = 0;
  for (size_t i = 0; i < result->case_count; i++)
    add_case(list, result, i);
}

void gchk_find_causes(gchk_result *result) {
  site_list list = {0};
  result->cause_count = 0;
  result->causes = NULL;
  add_cases(&list, result);
  if (list.count == 0)
    return;
  list.sites = gchk_arena_alloc(result->arena, list.count, sizeof *list.sites);
  if (list.sites == NULL)
    return;
  add_cases(&list, result);
  build(result, &list);
}
