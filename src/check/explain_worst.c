/* The worst element, from a check of the case without its probes. */
#include <string.h>

#include "check/adopt.h"
#include "gradcheck/explain.h"
#include "result/error_bars.h"

/* By its verdict, of which skipped is the least, then by the error bars of its worst element. */
static bool is_worse(const gchk_tensor_result *a, const gchk_tensor_result *b) {
  static const int order[] = {
      [GCHK_SKIPPED] = 0, [GCHK_PASS] = 1, [GCHK_KINK] = 2, [GCHK_INCONCLUSIVE] = 3, [GCHK_FAIL] = 4, [GCHK_ERROR] = 5};
  if (a->verdict != b->verdict)
    return order[a->verdict] > order[b->verdict];
  return gchk_worst_error_bars(a) > gchk_worst_error_bars(b);
}

/* NULL: nothing of it was checked, or there is no such tensor. */
static const gchk_tensor_result *worst_tensor(const gchk_case_result *c, const char *name) {
  const gchk_tensor_result *worst = NULL;
  for (size_t i = 0; i < c->tensor_count; i++) {
    const gchk_tensor_result *t = &c->tensors[i];
    const bool is_asked = name == NULL ? t->checked > 0 : strcmp(t->name, name) == 0;
    if (is_asked && (worst == NULL || is_worse(t, worst)))
      worst = t;
  }
  return worst;
}

/* Undecided elements come before those that passed. */
static size_t worst_element(const gchk_tensor_result *t) {
  if (t->elements.fail == 0 && t->undecided.listed_count > 0)
    return t->undecided.listed[0].flat;
  return t->worst_count > 0 ? t->worst[0].flat : 0;
}

gchk_status gchk_explain_worst(const gchk_case *c, const gchk_options *options, const char *tensor,
                               gchk_explanation *explanation, gchk_error *error) {
  const gchk_options defaults = GCHK_OPTIONS_INIT;
  gchk_options check;
  gchk_result *result;
  GCHK_TRY(gchk_adopt_options(&check, options != NULL ? options : &defaults, error));
  check.isolate = check.probes = false;
  GCHK_TRY(gchk_check_cases(c, 1, &check, &result, error));
  const gchk_tensor_result *worst = result->case_count > 0 ? worst_tensor(&result->cases[0], tensor) : NULL;
  gchk_status status;
  if (worst == NULL && tensor == NULL) {
    status = gchk_fail(error, GCHK_INVALID, "nothing of %s was checked; `gradcheck run --filter '%s'` says why",
                       c->name, c->name);
  } else {
    // A tensor that was not checked is refused with the reason.
    const size_t flat = worst != NULL ? worst_element(worst) : 0;
    status = gchk_explain_element(c, options, worst != NULL ? worst->name : tensor, &flat, 1, explanation, error);
  }
  gchk_result_free(result);
  return status;
}
