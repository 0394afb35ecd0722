/* Gradients that are exactly zero where the derivative is not, and gradients that are not finite where it is. */
#include "diagnose/diagnose_zero.h"

#include <math.h>

#include "diagnose/diagnose_region.h"
#include "evidence/resample.h"

// Does backward write the tensor's gradient at all? A backward onto ones tells.
static bool is_never_written(gchk_diagnosis *d) {
  gchk_instance *instance = d->work->instance;
  if (d->work->single != NULL || d->t->grad == NULL || gchk_instance_forward(instance, NULL) != GCHK_OK)
    return false;
  gchk_instance_start_backward(instance, d->work->v[0]);
  for (size_t k = 0; k < d->total; k++)
    gchk_tensor_set(d->t, d->t->grad, k, 1);
  if (gchk_instance_backward(instance, NULL) != GCHK_OK)
    return false;
  for (size_t k = 0; k < d->total; k++)
    if (gchk_tensor_get(d->t, d->t->grad, k) != 1)
      return false;
  return true;
}

// A single element's gradient may be 0 by accident (terms that cancel, a condition that is false here): is it one at
// another base point?
static bool is_nonzero_elsewhere(gchk_diagnosis *d) {
  enum { POINTS = 4 };
  size_t element = 0;
  if (d->fail_count != 1)
    return false;
  for (size_t i = 0; i < d->total; i++)
    element = d->fails[i] ? i : element;
  for (unsigned point = 1; point <= POINTS; point++) {
    gchk_elsewhere there;
    if (gchk_look_elsewhere(d, element, point, &there) && there.analytic != 0)
      return true;
  }
  return false;
}

bool gchk_diagnose_zero(gchk_diagnosis *d) {
  if (d->fail_count == 0 || !gchk_is_zero_where_it_fails(d) || is_nonzero_elsewhere(d))
    return false;
  char region[GCHK_REGION_TEXT];
  gchk_finding *finding;
  if (gchk_telling_passes(d) == 0) {
    bool is_unwritten = is_never_written(d);
    finding = gchk_diagnosis_add(d, GCHK_CODE_ZERO_GRADIENT, d->fail_count,
                                 "analytic is exactly 0 on %zu of %zu, numeric is not: backward %s", d->fail_count,
                                 d->fail_count,
                                 is_unwritten ? "never writes this gradient (an empty body, or a detached tensor)"
                                              : "writes zeros, or adds nothing");
    gchk_finding_text(&d->tensor->findings, finding, "written", "%s", is_unwritten ? "no" : "yes");
  } else if (gchk_region_name(d, region, sizeof region)) {
    finding = gchk_diagnosis_add(
        d, GCHK_CODE_ZERO_GRADIENT, d->fail_count,
        "analytic is exactly 0 where %s (%zu elements), numeric is not: a branch that writes nothing", region,
        d->fail_count);
    gchk_finding_text(&d->tensor->findings, finding, "region", "%s", region);
  } else {
    (void)gchk_diagnosis_add(d, GCHK_CODE_ZERO_GRADIENT, d->fail_count,
                             "analytic is exactly 0 on %zu elements where numeric is not, and right on %zu others",
                             d->fail_count, d->pass_count);
  }
  return true;
}

bool gchk_diagnose_non_finite(gchk_diagnosis *d) {
  if (d->bad_count == 0)
    return false;
  const gchk_tensor_work *w = d->tensor;
  size_t first = d->total, at_zero = 0, bad = 0;
  for (size_t k = 0; k < w->checked_count; k++) {
    size_t i = w->checked[k];
    if (w->verdict[i] != GCHK_FAIL || (isfinite(w->analytic[0][i]) && (d->draws < 2 || isfinite(w->analytic[1][i]))))
      continue;
    first = first == d->total ? i : first;
    bad++;
    at_zero += gchk_tensor_get(d->t, d->t->value, i) == 0;
  }
  gchk_finding *finding = gchk_diagnosis_add(
      d, GCHK_CODE_NON_FINITE_GRADIENT, bad,
      "analytic is %g on %zu of %zu elements where the numeric derivative is finite (%.4g)%s", w->analytic[0][first],
      bad, w->checked_count, w->numeric[0][first],
      at_zero == bad ? ": all of them where the value is 0, an unguarded division, root or logarithm" : "");
  gchk_finding_number(&d->tensor->findings, finding, "index", (double)first);
  gchk_finding_number(&d->tensor->findings, finding, "value", gchk_tensor_get(d->t, d->t->value, first));
  return 2 * bad > d->fail_count;
}
