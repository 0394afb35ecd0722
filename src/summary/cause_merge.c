#include "summary/cause_merge.h"

#include <stdlib.h>
#include <string.h>

#include "result/finding_codes.h"
#include "summary/cause_key.h"

typedef enum clarity { NOTHING, A_PLACE, A_CONTRACT, A_NAME } clarity;

static bool is_one_of(const gchk_finding *finding, const gchk_code *codes, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (gchk_finding_is(finding, codes[i]))
      return true;
  return false;
}
#define IS_ONE_OF(finding, codes) is_one_of(finding, codes, sizeof(codes) / sizeof((codes)[0]))

// What is known of the mistake there.
static clarity clarity_of(const gchk_site *s) {
  static const gchk_code places[] = {GCHK_CODE_WRONG_AT_INDEX, GCHK_CODE_WRONG_AT_BORDER, GCHK_CODE_PERMUTED_ELEMENTS};
  if (s->finding == NULL || !gchk_finding_names(s->finding))
    return s->is_explained ? A_CONTRACT : NOTHING;
  return IS_ONE_OF(s->finding, places) ? A_PLACE : A_NAME;
}

static const gchk_code_doc *contract_of(const gchk_site *s) {
  const gchk_code_doc *code = s->finding != NULL && !s->finding->is_note ? gchk_code_find(s->finding->code) : NULL;
  return code != NULL && code->kind == GCHK_CODE_IS_PROBE ? code : NULL;
}

static bool is_said_of(const gchk_site *contract, const gchk_site *s) {
  const char *tensor = gchk_evidence_text(contract->finding, "tensor");
  return tensor != NULL && strcmp(tensor, s->member.tensor) == 0;
}

// After these nothing that the case computes is what the code means.
static bool spoils_all(const gchk_site *contract) {
  static const gchk_code codes[] = {GCHK_CODE_GUARD_ZONE,   GCHK_CODE_READS_BEYOND_BUFFER, GCHK_CODE_WRITES_INPUT,
                                    GCHK_CODE_WRITES_CACHE, GCHK_CODE_WRITES_UPSTREAM,     GCHK_CODE_ELEMENT_SIZE};
  return IS_ONE_OF(contract->finding, codes);
}

static bool says_the_same(const gchk_site *contract, const gchk_site *s) {
  static const struct {
    gchk_code contract, diagnosis;
  } same[] = {{GCHK_CODE_IGNORES_UPSTREAM, GCHK_CODE_UPSTREAM_IGNORED},
              {GCHK_CODE_NOT_LINEAR_IN_UPSTREAM, GCHK_CODE_UPSTREAM_FUNCTION},
              {GCHK_CODE_WRITES_INPUT, GCHK_CODE_WRITES_INPUT}};
  for (size_t i = 0; i < sizeof same / sizeof same[0]; i++)
    if (gchk_finding_is(contract->finding, same[i].contract) && gchk_finding_is(s->finding, same[i].diagnosis))
      return is_said_of(contract, s);
  return false;
}

/* Contracts of a case before its tensors. */
static int compare_in_case(const void *a, const void *b) {
  const gchk_site *x = *(gchk_site *const *)a, *y = *(gchk_site *const *)b;
  const int by_case = gchk_compare_sizes(x->member.case_index, y->member.case_index);
  const int by_kind = (x->tensor != NULL) - (y->tensor != NULL);
  return by_case != 0 ? by_case : by_kind != 0 ? by_kind : gchk_compare_sizes(x->order, y->order);
}

typedef bool relation(const gchk_site *contract, const gchk_site *s);

static bool explains(const gchk_site *contract, const gchk_site *s) {
  return clarity_of(s) == NOTHING && (spoils_all(contract) || is_said_of(contract, s));
}

/* `take` is done with each tensor's site, and the first contract of its case that is so related to it. */
static void for_contracts(gchk_site **sites, size_t count, relation *is_related, void *context,
                          void (*take)(void *context, const gchk_site *contract, gchk_site *s)) {
  size_t first = 0; // of this case
  for (size_t i = 0; i < count; i++) {
    if (sites[i]->member.case_index != sites[first]->member.case_index)
      first = i;
    for (size_t k = first; sites[i]->tensor != NULL && k < i && sites[k]->tensor == NULL; k++)
      if (contract_of(sites[k]) != NULL && is_related(sites[k], sites[i])) {
        take(context, sites[k], sites[i]);
        break;
      }
  }
}

// The cause of a diagnosis is that of the contract: all of its sites.
static void note_same(void *context, const gchk_site *contract, gchk_site *s) {
  size_t *same = context;
  same[s->cause] = contract->cause;
}

static void adopt(void *context, const gchk_site *contract, gchk_site *s) {
  (void)context;
  s->cause = contract->cause;
  s->is_explained = true;
}

/* Sites of one tensor, in whatever shape; the clearest first, and those of one cause together. */
static int compare_tensors(const void *a, const void *b) {
  const gchk_site *x = *(gchk_site *const *)a, *y = *(gchk_site *const *)b;
  const int by_layer = gchk_compare_layers(x, y);
  const int by_tensor = by_layer != 0 ? by_layer : strcmp(x->member.tensor, y->member.tensor);
  const int by_clarity = (int)clarity_of(y) - (int)clarity_of(x);
  return by_tensor != 0 ? by_tensor : by_clarity != 0 ? by_clarity : gchk_compare_sizes(x->cause, y->cause);
}

static bool is_of_same_tensor(const gchk_site *a, const gchk_site *b) {
  return gchk_compare_layers(a, b) == 0 && strcmp(a->member.tensor, b->member.tensor) == 0;
}

/*
 * Of a tensor's sites those that are less clear go to the cause of most of the clearest, if these are half of all: a
 * name that fits few of the shapes may fit by accident. Places differ with the shape.
 */
static void follow_clearest(gchk_site **sites, size_t count) {
  const clarity clearest = clarity_of(sites[0]);
  size_t best = 0, most = 0, k = 0;
  while (k < count && clarity_of(sites[k]) == clearest) {
    size_t end = k;
    while (end < count && clarity_of(sites[end]) == clearest && sites[end]->cause == sites[k]->cause)
      end++;
    best = end - k > most ? k : best;
    most = end - k > most ? end - k : most;
    k = end;
  }
  for (k = clearest == A_NAME ? k : 0; clearest > NOTHING && 2 * most >= count && k < count; k++)
    sites[k]->cause = sites[best]->cause;
}

static void merge_tensors(gchk_site **sites, size_t count) {
  qsort(sites, count, sizeof *sites, compare_tensors);
  for (size_t i = 0, end; i < count; i = end) {
    for (end = i + 1; end < count && is_of_same_tensor(sites[i], sites[end]);)
      end++;
    if (sites[i]->tensor != NULL)
      follow_clearest(&sites[i], end - i);
  }
}

void gchk_merge_causes(gchk_site_list *list, gchk_arena *arena) {
  gchk_site **sites = gchk_arena_alloc(arena, list->count, sizeof *sites);
  size_t *same = gchk_arena_alloc(arena, list->count, sizeof *same);
  if (sites == NULL || same == NULL)
    return;
  for (size_t i = 0; i < list->count; i++) {
    sites[i] = &list->sites[i];
    same[i] = i;
  }
  qsort(sites, list->count, sizeof *sites, compare_in_case);
  for_contracts(sites, list->count, says_the_same, same, note_same);
  for_contracts(sites, list->count, explains, NULL, adopt);
  for (size_t i = 0; i < list->count; i++)
    sites[i]->cause = same[sites[i]->cause];
  merge_tensors(sites, list->count);
}
