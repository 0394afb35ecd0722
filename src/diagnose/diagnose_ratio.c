/*
 * Factors: the analytic gradient is r times the numeric one, everywhere or on one side of a branch.
 *
 * r is taken where it is known best, at the failing element with the smallest E/|D|, and must explain the others.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "diagnose/diagnose.h"

typedef struct pick {
  size_t draw, element;
  double relative; /* E/|D| there */
} pick;

static bool best_known(const gchk_diagnosis *d, pick *best) {
  *best = (pick){0, 0, (double)INFINITY};
  for (size_t draw = 0; draw < d->draws; draw++) {
    for (size_t i = 0; i < d->total; i++) {
      if (!d->fails[i])
        continue;
      double n = fabs(d->tensor->numeric[draw][i]);
      double relative = n > 0 ? gchk_diagnosis_error(d, draw, i) / n : (double)INFINITY;
      if (relative < best->relative)
        *best = (pick){draw, i, relative};
    }
  }
  return best->relative < 0.02;
}

bool gchk_constant_ratio(const gchk_diagnosis *d, gchk_ratio *ratio) {
  pick best;
  if (!best_known(d, &best))
    return false;
  const gchk_tensor_work *w = d->tensor;
  ratio->value = w->analytic[best.draw][best.element] / w->numeric[best.draw][best.element];
  ratio->relative = 8 * best.relative;
  ratio->is_named = gchk_ratio_name(d, ratio->value, ratio->relative, ratio->name, sizeof ratio->name);
  gchk_candidate candidate;
  if (!gchk_candidate_new(d, &candidate))
    return false;
  for (size_t draw = 0; draw < d->draws; draw++) {
    for (size_t i = 0; i < d->total; i++) {
      candidate.value[draw][i] = ratio->value * w->numeric[draw][i];
      candidate.slack[draw][i] =
          fabs(ratio->value) * (gchk_diagnosis_error(d, draw, i) + best.relative * fabs(w->numeric[draw][i]));
    }
  }
  // A factor that fits one pair of numbers is no factor, unless it is one that people lose.
  bool has_enough = d->fail_count * d->draws >= 3 || ratio->is_named;
  return has_enough && gchk_candidate_holds(d, &candidate, false, &ratio->matched);
}

// Do the elements that pass have a derivative that is told from zero? Then the factor is not everywhere.
static size_t telling_passes(const gchk_diagnosis *d) {
  size_t count = 0;
  for (size_t k = 0; k < d->tensor->checked_count; k++) {
    size_t i = d->tensor->checked[k];
    bool tells =
        d->tensor->verdict[i] == GCHK_PASS && fabs(d->tensor->numeric[0][i]) > 10 * gchk_diagnosis_error(d, 0, i);
    count += tells;
  }
  return count;
}

static const char *examples_of(double ratio) {
  if (fabs(ratio - 0.5) < 1e-3)
    return ": a factor of 2 lost, e.g. d(y^2), a term counted once that is used twice, or a mean for a sum";
  if (fabs(ratio - 2) < 1e-3)
    return ": a factor of 2 too much, e.g. a gradient added twice";
  return "";
}

bool gchk_diagnose_ratio(gchk_diagnosis *d) {
  gchk_ratio ratio;
  if (d->fail_count == 0 || telling_passes(d) > 0 || !gchk_constant_ratio(d, &ratio))
    return false;
  gchk_finding *finding;
  if (fabs(ratio.value + 1) <= ratio.relative)
    finding = gchk_diagnosis_add(d, "wrong-sign", ratio.matched,
                                 "analytic/numeric = -1 on %zu of %zu: a minus sign is lost, or one too many",
                                 ratio.matched, d->fail_count);
  else
    finding = gchk_diagnosis_add(d, "constant-ratio", ratio.matched, "analytic/numeric = %.4f on %zu of %zu%s%s%s",
                                 ratio.value, ratio.matched, d->fail_count, ratio.is_named ? ", that is " : "",
                                 ratio.is_named ? ratio.name : "", examples_of(ratio.value));
  gchk_finding_number(&d->tensor->findings, finding, "ratio", ratio.value);
  if (ratio.is_named)
    gchk_finding_text(&d->tensor->findings, finding, "factor", "%s", ratio.name);
  return true;
}

/* The values of one kind at failing and at passing elements. */
typedef struct span {
  double fail_low, fail_high, pass_low, pass_high;
} span;

static span span_of(const gchk_diagnosis *d, bool absolute) {
  double top = (double)INFINITY;
  span s = {top, -top, top, -top};
  for (size_t k = 0; k < d->tensor->checked_count; k++) {
    size_t i = d->tensor->checked[k];
    double x = gchk_tensor_get(d->t, d->t->value, i);
    x = absolute ? fabs(x) : x;
    if (d->fails[i]) {
      s.fail_low = fmin(s.fail_low, x);
      s.fail_high = fmax(s.fail_high, x);
    } else if (d->tensor->verdict[i] == GCHK_PASS) {
      s.pass_low = fmin(s.pass_low, x);
      s.pass_high = fmax(s.pass_high, x);
    }
  }
  return s;
}

// A threshold between two values: 0 where it can be, else 1 or -1, else the middle.
static double threshold(double low, double high) {
  static const double usual[] = {0, 1, -1};
  for (size_t k = 0; k < sizeof usual / sizeof usual[0]; k++)
    if (low <= usual[k] && usual[k] <= high)
      return usual[k];
  return (low + high) / 2;
}

bool gchk_region_name(const gchk_diagnosis *d, char *text, size_t size) {
  enum { FEWEST = 3 }; // fewer on either side are told apart by accident
  if (d->fail_count < FEWEST || d->pass_count < FEWEST)
    return false;
  for (int absolute = 0; absolute < 2; absolute++) {
    span s = span_of(d, absolute);
    const char *bar = absolute ? "|" : "";
    if (s.fail_high < s.pass_low)
      (void)snprintf(text, size, "%s%s%s < %.3g", bar, d->t->name, bar, threshold(s.fail_high, s.pass_low));
    else if (s.fail_low > s.pass_high)
      (void)snprintf(text, size, "%s%s%s > %.3g", bar, d->t->name, bar, threshold(s.pass_high, s.fail_low));
    else
      continue;
    return true;
  }
  return false;
}

static bool is_zero_where_it_fails(const gchk_diagnosis *d) {
  for (size_t draw = 0; draw < d->draws; draw++)
    for (size_t i = 0; i < d->total; i++)
      if (d->fails[i] && d->tensor->analytic[draw][i] != 0)
        return false;
  return true;
}

bool gchk_diagnose_region(gchk_diagnosis *d) {
  char region[GCHK_REGION_TEXT];
  gchk_ratio ratio;
  if (d->fail_count == 0 || is_zero_where_it_fails(d) || !gchk_region_name(d, region, sizeof region))
    return false;
  gchk_finding *finding;
  if (!gchk_constant_ratio(d, &ratio)) {
    finding = gchk_diagnosis_add(d, "wrong-in-region", d->fail_count,
                                 "wrong only where %s (%zu elements), right elsewhere: look at that branch", region,
                                 d->fail_count);
  } else if (fabs(ratio.value + 1) <= ratio.relative) {
    finding = gchk_diagnosis_add(
        d, "wrong-sign-in-region", ratio.matched,
        "analytic/numeric = -1 where %s (%zu of %zu), right elsewhere: that branch lost a minus sign", region,
        ratio.matched, d->fail_count);
  } else {
    finding = gchk_diagnosis_add(d, "ratio-in-region", ratio.matched,
                                 "analytic/numeric = %.4f where %s (%zu of %zu), right elsewhere%s%s", ratio.value,
                                 region, ratio.matched, d->fail_count, ratio.is_named ? ": the factor is " : "",
                                 ratio.is_named ? ratio.name : "");
    gchk_finding_number(&d->tensor->findings, finding, "ratio", ratio.value);
  }
  gchk_finding_text(&d->tensor->findings, finding, "region", "%s", region);
  return true;
}

// One factor where it fails, and elements with a derivative where it is right: where they are is for another to say.
bool gchk_diagnose_partial_ratio(gchk_diagnosis *d) {
  gchk_ratio ratio;
  if (!gchk_constant_ratio(d, &ratio))
    return false;
  gchk_finding *finding =
      gchk_diagnosis_add(d, "constant-ratio", ratio.matched,
                         "analytic/numeric = %.4f on %zu of %zu wrong elements%s%s, and right on %zu others%s",
                         ratio.value, ratio.matched, d->fail_count, ratio.is_named ? ", that is " : "",
                         ratio.is_named ? ratio.name : "", d->pass_count, examples_of(ratio.value));
  gchk_finding_number(&d->tensor->findings, finding, "ratio", ratio.value);
  if (ratio.is_named)
    gchk_finding_text(&d->tensor->findings, finding, "factor", "%s", ratio.name);
  return true;
}

/* The failing elements on one side of zero, alone. */
static bool ratio_on_side(gchk_diagnosis *d, const bool *all, int side, gchk_ratio *ratio) {
  enum { FEWEST = 2 };
  size_t count = d->fail_count;
  bool *fails = d->fails;
  bool *here = gchk_arena_alloc(d->arena, d->total, sizeof *here);
  if (here == NULL)
    return false;
  d->fails = here;
  d->fail_count = 0;
  for (size_t i = 0; i < d->total; i++) {
    double x = gchk_tensor_get(d->t, d->t->value, i);
    here[i] = all[i] && (side < 0 ? x < 0 : x > 0);
    d->fail_count += here[i];
  }
  bool holds = d->fail_count >= FEWEST && gchk_constant_ratio(d, ratio);
  d->fails = fails;
  d->fail_count = count;
  return holds;
}

bool gchk_diagnose_branches(gchk_diagnosis *d) {
  gchk_ratio below, above;
  if (!ratio_on_side(d, d->fails, -1, &below) || !ratio_on_side(d, d->fails, 1, &above))
    return false;
  size_t matched = below.matched + above.matched;
  if (matched < d->fail_count ||
      fabs(below.value - above.value) <= (below.relative + above.relative) * fabs(above.value))
    return false;
  bool is_swapped = fabs(below.value * above.value - 1) <= below.relative + above.relative;
  gchk_finding *finding = gchk_diagnosis_add(
      d, "ratio-in-region", matched, "analytic/numeric = %.4f where %s < 0 and %.4f where %s > 0 (%zu of %zu)%s",
      below.value, d->t->name, above.value, d->t->name, matched, d->fail_count,
      is_swapped ? ": one factor and its inverse, the branches are swapped" : "");
  gchk_finding_number(&d->tensor->findings, finding, "below", below.value);
  gchk_finding_number(&d->tensor->findings, finding, "above", above.value);
  return true;
}

// Does backward write the tensor's gradient at all? A backward onto ones tells.
static bool is_never_written(gchk_diagnosis *d) {
  gchk_instance *instance = d->work->instance;
  if (d->work->single != NULL || d->t->grad == NULL || gchk_instance_forward(instance, NULL) != GCHK_OK)
    return false;
  for (size_t i = 0; i < instance->tensor_count; i++)
    if (instance->t[i].grad != NULL)
      memset(instance->t[i].grad, 0, instance->grads[i].bytes);
  gchk_instance_set_upstream(instance, d->work->v[0]);
  for (size_t k = 0; k < d->total; k++)
    gchk_tensor_set(d->t, d->t->grad, k, 1);
  if (gchk_instance_backward(instance, NULL) != GCHK_OK)
    return false;
  for (size_t k = 0; k < d->total; k++)
    if (gchk_tensor_get(d->t, d->t->grad, k) != 1)
      return false;
  return true;
}

bool gchk_diagnose_zero(gchk_diagnosis *d) {
  if (d->fail_count == 0 || !is_zero_where_it_fails(d))
    return false;
  char region[GCHK_REGION_TEXT];
  gchk_finding *finding;
  if (telling_passes(d) == 0) {
    bool is_unwritten = is_never_written(d);
    finding = gchk_diagnosis_add(d, "zero-gradient", d->fail_count,
                                 "analytic is exactly 0 on %zu of %zu, numeric is not: backward %s", d->fail_count,
                                 d->fail_count,
                                 is_unwritten ? "never writes this gradient (an empty body, or a detached tensor)"
                                              : "writes zeros, or adds nothing");
    gchk_finding_text(&d->tensor->findings, finding, "written", "%s", is_unwritten ? "no" : "yes");
  } else if (gchk_region_name(d, region, sizeof region)) {
    finding = gchk_diagnosis_add(
        d, "zero-gradient", d->fail_count,
        "analytic is exactly 0 where %s (%zu elements), numeric is not: a branch that writes nothing", region,
        d->fail_count);
    gchk_finding_text(&d->tensor->findings, finding, "region", "%s", region);
  } else {
    (void)gchk_diagnosis_add(d, "zero-gradient", d->fail_count,
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
      d, "non-finite-gradient", bad,
      "analytic is %g on %zu of %zu elements where the numeric derivative is finite (%.4g)%s", w->analytic[0][first],
      bad, w->checked_count, w->numeric[0][first],
      at_zero == bad ? ": all of them where the value is 0, an unguarded division, root or logarithm" : "");
  gchk_finding_number(&d->tensor->findings, finding, "index", (double)first);
  gchk_finding_number(&d->tensor->findings, finding, "value", gchk_tensor_get(d->t, d->t->value, first));
  return 2 * bad > d->fail_count;
}
