#include "evidence/ask_elsewhere.h"

#include <string.h>

#include "core/memory.h"
#include "decide/full_cost.h"
#include "decide/other_point.h"
#include "evidence/open_diagnosis.h"
#include "evidence/resample.h"

typedef enum answer { NOT_TOLD, THE_SAME, ANOTHER } answer;

static const char *text_under(const gchk_finding *finding, const char *key) {
  for (size_t k = 0; k < finding->evidence_count; k++)
    if (strcmp(finding->evidence[k].key, key) == 0)
      return finding->evidence[k].text;
  return NULL;
}

/*
 * The same code, and the same names of tensors, axes and functions. Numbers may be others at other values, and so may
 * the bounds of a place, of which no more than what has a derivative there is seen.
 */
static bool says_the_same(const gchk_finding *a, const gchk_finding *b) {
  if (strcmp(a->code, b->code) != 0)
    return false;
  for (size_t k = 0; k < a->evidence_count; k++) {
    const char *there = text_under(b, a->evidence[k].key);
    if (a->evidence[k].text != NULL && strcmp(a->evidence[k].key, "where") != 0 &&
        (there == NULL || strcmp(a->evidence[k].text, there) != 0))
      return false;
  }
  return true;
}

// A rule may need some elements, and has them here.
static bool is_wrong_enough(const gchk_diagnosis *there, const gchk_diagnosis *here) {
  enum { FEWEST = 4 };
  return there->fail_count > 0 && (there->fail_count >= FEWEST || there->fail_count >= here->fail_count);
}

static answer ask(gchk_diagnosis *d, gchk_rule_fn rule, gchk_case_work *there, size_t mine) {
  gchk_tensor_work *tensor = &there->tensors[mine];
  answer result = NOT_TOLD;
  gchk_diagnosis other;
  if (!gchk_diagnosis_open(&other, there, tensor)) {
    d->is_out_of_memory = true;
  } else if (is_wrong_enough(&other, d)) {
    const gchk_finding_list *here = &d->tensor->findings, *list = &tensor->findings;
    result = rule(&other) && list->count > 0 &&
                     says_the_same(&here->findings[here->count - 1], &list->findings[list->count - 1])
                 ? THE_SAME
                 : ANOTHER;
    d->is_out_of_memory = d->is_out_of_memory || other.is_out_of_memory || gchk_arena_has_failed(other.arena);
  }
  gchk_diagnosis_close(&other);
  return result;
}

// All tensors: a rule may look at others beside its own.
static bool differentiate(gchk_diagnosis *d, gchk_case_work *there) {
  gchk_status status = GCHK_OK;
  for (size_t k = 0; k < there->tensor_count && status == GCHK_OK; k++)
    status = gchk_differentiate_there(there, &there->tensors[k], &d->work->tensors[k], NULL);
  d->is_out_of_memory = d->is_out_of_memory || status == GCHK_NO_MEMORY;
  return status == GCHK_OK;
}

static answer ask_at(gchk_diagnosis *d, gchk_rule_fn rule, unsigned point) {
  gchk_other_place place;
  answer result = NOT_TOLD;
  if (gchk_go_elsewhere_with_all(d, point, &place) && differentiate(d, &place.work))
    result = ask(d, rule, &place.work, (size_t)(d->tensor - d->work->tensors));
  gchk_leave_elsewhere(d, &place);
  return result;
}

// What differentiating all tensors once more comes to.
static bool is_affordable(const gchk_diagnosis *d) {
  enum { LARGEST = 2048 };
  static const double forwards = 14;
  double elements = 0;
  for (size_t k = 0; k < d->work->tensor_count; k++)
    elements += (double)d->work->tensors[k].checked_count;
  return elements <= LARGEST && !gchk_is_too_much(d->work, forwards * elements);
}

bool gchk_holds_elsewhere(gchk_diagnosis *d, gchk_rule_fn rule) {
  // Of one or two elements much is true at one other point by accident too.
  enum { POINTS = 4, OTHERS = 2, FEW = 2 };
  unsigned same = 0, others = 0;
  const unsigned wanted = d->fail_count <= FEW ? 2 : 1;
  if (d->tensor->findings.count == 0 || !is_affordable(d) || !gchk_is_reproducible(d))
    return true;
  for (unsigned point = 1; point <= POINTS && others < OTHERS; point++) {
    const answer a = ask_at(d, rule, point);
    same += a == THE_SAME;
    others += a == ANOTHER;
    if (same == wanted)
      return true;
  }
  return others == 0;
}
