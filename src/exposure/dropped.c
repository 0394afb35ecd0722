/* Dropping cases and elements that nobody declared. */
#include "exposure/dropped.h"

#include <math.h>
#include <string.h>

#include "decide/tally.h"
#include "result/finding_codes.h"

bool gchk_drop_case(const gchk_case *spec, gchk_arena *arena, const char *why, gchk_case_result *result) {
  if (spec->auxiliary != GCHK_VARIED)
    return false;
  gchk_finding_list list = gchk_finding_list_from(arena, result->findings, result->finding_count);
  (void)gchk_finding_note(&list, GCHK_CODE_CHOICE_DROPPED, "left out, for nobody declared it: %s", why);
  result->findings = list.findings;
  result->finding_count = list.count;
  result->verdict = GCHK_SKIPPED;
  result->reason = why;
  for (size_t i = 0; i < result->tensor_count; i++) {
    result->tensors[i].verdict = GCHK_SKIPPED;
    result->tensors[i].reason = why;
    result->tensors[i].checked = 0;
  }
  return true;
}

// How many of the findings are more than notes; and how many of these have another code.
static size_t count_findings(const gchk_finding *findings, size_t count, gchk_code code, size_t *others) {
  size_t found = 0;
  *others = 0;
  for (size_t i = 0; i < count; i++) {
    found += !findings[i].is_note;
    *others += !findings[i].is_note && !gchk_finding_is(&findings[i], code);
  }
  return found;
}

void gchk_drop_if_coarse(const gchk_case *spec, gchk_arena *arena, gchk_case_result *result) {
  const gchk_code code = GCHK_CODE_UNDECLARED_PRECISION;
  size_t others;
  if (result->verdict != GCHK_FAIL || count_findings(result->findings, result->finding_count, code, &others) > 0)
    return;
  for (size_t k = 0; k < result->tensor_count; k++) {
    const gchk_tensor_result *t = &result->tensors[k];
    if (t->verdict >= GCHK_FAIL && (count_findings(t->findings, t->finding_count, code, &others) == 0 || others > 0))
      return;
  }
  (void)gchk_drop_case(spec, arena,
                       "the layer computes with fewer bits than it declares, which shows here: declare .unit or "
                       ".product_unit",
                       result);
}

// Differences that grow as their steps shrink, at the end of a root's domain, are known to within themselves at best.
static bool is_known(const gchk_tensor_work *tensor, size_t d, size_t e) {
  const double numeric = tensor->numeric[d][e], bound = tensor->bound[d][e];
  return isfinite(numeric) && isfinite(bound) && (bound <= fabs(numeric) / 2 || bound <= tensor->largest[d]);
}

static bool is_settled(const gchk_tensor_work *tensor, size_t e) {
  if (tensor->verdict[e] == GCHK_INCONCLUSIVE)
    return false;
  for (size_t d = 0; d < GCHK_MAX_DRAWS && tensor->analytic[d] != NULL; d++)
    if (!isfinite(tensor->analytic[d][e]) && !is_known(tensor, d, e))
      return false;
  return true;
}

static void leave_out(gchk_tensor_work *tensor) {
  size_t kept = 0;
  for (size_t k = 0; k < tensor->checked_count; k++)
    if (is_settled(tensor, tensor->checked[k]))
      tensor->checked[kept++] = tensor->checked[k];
  tensor->checked_count = kept;
  gchk_tally_tensor(tensor);
}

static gchk_tensor_result *row_of(const gchk_case_work *work, gchk_case_result *result, size_t k) {
  const char *name = work->instance->t[work->tensors[k].index].name;
  for (size_t i = 0; i < result->tensor_count; i++)
    if (strcmp(result->tensors[i].name, name) == 0)
      return &result->tensors[i];
  return NULL;
}

void gchk_leave_open_elements_out(gchk_case_work *work, gchk_case_result *result) {
  for (size_t k = 0; k < work->tensor_count && work->spec->auxiliary == GCHK_VARIED; k++) {
    gchk_tensor_result *row = row_of(work, result, k);
    leave_out(&work->tensors[k]);
    if (row != NULL)
      row->checked = work->tensors[k].checked_count;
  }
}
