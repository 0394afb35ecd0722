/* Dropping cases and elements that nobody declared. */
#include "exposure/dropped.h"

#include <math.h>
#include <string.h>

#include "decide/tally.h"
#include "instance/precision.h"
#include "measure/judge.h"
#include "measure/tensor_work.h"
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

static double coarsest_unit(const gchk_instance *instance) {
  double unit = instance->layer->product_unit;
  for (size_t i = 0; i < instance->tensor_count; i++)
    unit = fmax(unit, instance->t[i].dtype != GCHK_I32 ? gchk_tensor_unit(instance, i) : 0);
  return unit;
}

/*
 * A mistake that matters is no millionth of the tensor's largest gradient, nor of what values of this size make of the
 * upstream gradient: where all units are saturated, what is left of the gradients is their rounding. And where a float
 * layer is differenced itself, no difference is known better than the rounding of values in between, which may be as
 * large as those of x (log(sum exp x)), over the distance at which x lies from its mean.
 */
typedef struct limits {
  double of_draw[GCHK_MAX_DRAWS];
} limits;

static limits find_limits(const gchk_case_work *work, const gchk_tensor_work *tensor) {
  static const double millionth = 0x1p-20, units = 4;
  const gchk_tensor *t = &work->instance->t[tensor->index];
  const double unit = coarsest_unit(work->single != NULL ? work->single : work->instance);
  double largest = 0, sum = 0, squares = 0, y = 0;
  limits l = {{0}};
  for (size_t e = 0; e < t->count; e++)
    sum += gchk_tensor_get(t, t->value, e);
  for (size_t e = 0; e < t->count; e++) {
    const double x = gchk_tensor_get(t, t->value, e), off = x - sum / (double)t->count;
    largest = fmax(largest, fabs(x));
    squares += off * off;
  }
  const double deviation = t->count > 0 ? sqrt(squares / (double)t->count) : 0;
  for (size_t j = 0; j < work->output_count; j++)
    y = fmax(y, fabs(work->y[j]));
  for (size_t d = 0; d < GCHK_MAX_DRAWS && tensor->analytic[d] != NULL; d++) {
    double v = 0;
    for (size_t j = 0; j < work->output_count; j++)
      v = fmax(v, fabs(work->v[d][j]));
    const double scale = largest > 0 ? v * y / largest : 0;
    const double between =
        work->single == NULL && deviation > 0 ? GCHK_ROUNDING_OF_ANALYTIC * unit * v * y * largest / deviation : 0;
    const double share = fmax(millionth, units * unit) * fmax(isfinite(scale) ? scale : 0, tensor->largest[d]);
    l.of_draw[d] = isfinite(between) ? fmax(share, between) : share;
  }
  return l;
}

static bool is_negligible(const gchk_tensor_work *tensor, size_t e, const limits *l) {
  if (tensor->verdict[e] != GCHK_FAIL)
    return false;
  for (size_t d = 0; d < GCHK_MAX_DRAWS && tensor->analytic[d] != NULL; d++)
    if (!(fabs(tensor->analytic[d][e] - tensor->numeric[d][e]) <= l->of_draw[d]))
      return false;
  return true;
}

static bool is_settled(const gchk_case_work *work, const gchk_tensor_work *tensor, size_t e, const limits *l) {
  if (is_negligible(tensor, e, l))
    return false;
  if (work->spec->auxiliary != GCHK_VARIED)
    return true;
  if (tensor->verdict[e] == GCHK_INCONCLUSIVE)
    return false;
  for (size_t d = 0; d < GCHK_MAX_DRAWS && tensor->analytic[d] != NULL; d++)
    if (!isfinite(tensor->analytic[d][e]) && !is_known(tensor, d, e))
      return false;
  return true;
}

static void leave_out(const gchk_case_work *work, gchk_tensor_work *tensor) {
  const limits l = find_limits(work, tensor);
  size_t kept = 0;
  for (size_t k = 0; k < tensor->checked_count; k++)
    if (is_settled(work, tensor, tensor->checked[k], &l))
      tensor->checked[kept++] = tensor->checked[k];
  tensor->checked_count = kept;
  gchk_tally_tensor(tensor);
}

void gchk_leave_open_elements_out(gchk_case_work *work, gchk_case_result *result) {
  const bool is_ours = work->spec->auxiliary == GCHK_VARIED || work->spec->planted != GCHK_PLANT_NOTHING;
  for (size_t k = 0; k < work->tensor_count && is_ours; k++) {
    gchk_tensor_result *row = gchk_row_of(work, result, &work->tensors[k]);
    leave_out(work, &work->tensors[k]);
    if (row != NULL)
      row->checked = work->tensors[k].checked_count;
  }
}
