/*
 * Regions: the failing elements are told from the others by their own values, as on one side of a branch. There the
 * gradient may have another sign or factor, or be wrong in a way that is not known.
 */
#include "diagnose/diagnose_region.h"

#include <math.h>
#include <stdio.h>

#include "core/statistics.h"
#include "diagnose/diagnose_ratio.h"
#include "evidence/confine.h"
#include "measure/judge.h"

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

/*
 * Could values that have nothing to do with the mistake lie like this? Of all ways to choose the failing elements, four
 * put them at one end of the values or of their sizes.
 */
static bool is_accident(const gchk_diagnosis *d) {
  static const double ways_wanted = 400;
  double ways = 1;
  for (size_t k = 1; k <= d->fail_count && ways < ways_wanted * (double)d->fail_count; k++)
    ways *= (double)(d->pass_count + k) / (double)k;
  return ways < ways_wanted;
}

// Is what fails all that was checked at one index of an axis, and nothing else? Then that is what they have in common.
static bool is_one_slice(const gchk_diagnosis *d) {
  const gchk_shape *shape = &d->t->shape;
  const gchk_tensor_work *w = d->tensor;
  for (size_t axis = 0; axis < shape->rank && shape->rank > 1; axis++) {
    size_t at = shape->dim[axis], others = 0;
    bool is_slice = shape->dim[axis] > 1 && shape->dim[axis] < d->total;
    for (size_t i = 0; i < d->total && is_slice; i++) {
      size_t index = gchk_axis_index(shape, axis, i);
      at = d->fails[i] && at == shape->dim[axis] ? index : at;
      is_slice = !d->fails[i] || index == at;
    }
    for (size_t k = 0; k < w->checked_count && is_slice; k++)
      others += gchk_axis_index(shape, axis, w->checked[k]) == at && w->verdict[w->checked[k]] == GCHK_PASS &&
                gchk_is_told_from_zero(d, w->checked[k]);
    if (is_slice && others == 0)
      return true;
  }
  return false;
}

/*
 * Would what passes have shown such an error? One that grows with the value, under bounds that are wide, fails only
 * where the value is large, and there is no branch. So the smallest stands well above what is allowed elsewhere.
 */
static bool would_show_elsewhere(const gchk_diagnosis *d) {
  static const double well = 3;
  const gchk_tensor_work *w = d->tensor;
  double smallest = (double)INFINITY, *allowed = gchk_arena_alloc(d->arena, d->total, sizeof *allowed);
  size_t count = 0;
  for (size_t k = 0; allowed != NULL && k < w->checked_count; k++) {
    const size_t i = w->checked[k];
    double error = 0;
    for (size_t draw = 0; draw < d->draws && d->fails[i]; draw++)
      error = fmax(error, fabs(w->analytic[draw][i] - w->numeric[draw][i]));
    if (d->fails[i])
      smallest = fmin(smallest, error);
    else if (w->verdict[i] == GCHK_PASS)
      allowed[count++] = GCHK_ERROR_BARS * w->bound[0][i];
  }
  if (count == 0)
    return false;
  gchk_sort(allowed, count);
  return smallest >= well * gchk_quantile(allowed, count, 0.5);
}

// A gradient that is exactly 0 where it fails, and nowhere else: that shows whatever the bounds.
static bool is_zero_there_alone(const gchk_diagnosis *d) {
  const gchk_tensor_work *w = d->tensor;
  size_t zeros = 0;
  for (size_t k = 0; k < w->checked_count; k++)
    zeros += w->verdict[w->checked[k]] == GCHK_PASS && w->analytic[0][w->checked[k]] == 0;
  return zeros == 0 && gchk_is_zero_where_it_fails(d);
}

/* The side of a value on which what fails lies; what is between that and what passes is taken for it too. */
typedef struct side {
  size_t tensor;
  bool absolute, below;
  double right; /* the nearest value that passes */
} side;

static bool is_on_side(void *context, const gchk_instance *instance, size_t i) {
  const side *s = context;
  const gchk_tensor *t = &instance->t[s->tensor];
  const double x = gchk_tensor_get(t, t->value, i), y = s->absolute ? fabs(x) : x;
  return s->below ? y < s->right : y > s->right;
}

// At other points too: nothing beyond it is wrong there, and something is beyond it, and right.
static bool is_so_elsewhere(gchk_diagnosis *d, side *of) {
  enum { POINTS = 4 };
  const gchk_confinement c = gchk_confine(d, &(gchk_set){NULL, is_on_side, of}, POINTS);
  return c.points == 0 || (c.outside_wrong == 0 && c.outside_right > 0 && c.inside_wrong >= c.inside_right);
}

bool gchk_region_name(gchk_diagnosis *d, char *text, size_t size) {
  enum { FEWEST = 3 }; // fewer on either side are told apart by accident
  if (d->fail_count < FEWEST || d->pass_count < FEWEST || is_accident(d) || is_one_slice(d) ||
      !(would_show_elsewhere(d) || is_zero_there_alone(d)))
    return false;
  for (int absolute = 0; absolute < 2; absolute++) {
    span s = span_of(d, absolute);
    const char *bar = absolute ? "|" : "";
    const bool below = s.fail_high < s.pass_low;
    if (below)
      (void)snprintf(text, size, "%s%s%s < %.3g", bar, d->t->name, bar, threshold(s.fail_high, s.pass_low));
    else if (s.fail_low > s.pass_high)
      (void)snprintf(text, size, "%s%s%s > %.3g", bar, d->t->name, bar, threshold(s.pass_high, s.fail_low));
    else
      continue;
    side of = {d->tensor->index, absolute != 0, below, below ? s.pass_low : s.pass_high};
    return is_so_elsewhere(d, &of);
  }
  return false;
}

bool gchk_diagnose_region(gchk_diagnosis *d) {
  char region[GCHK_REGION_TEXT];
  gchk_ratio ratio;
  if (d->fail_count == 0 || gchk_is_zero_where_it_fails(d) || !gchk_region_name(d, region, sizeof region))
    return false;
  gchk_finding *finding;
  if (!gchk_constant_ratio(d, &ratio)) {
    finding = gchk_diagnosis_add(d, GCHK_CODE_WRONG_IN_REGION, d->fail_count,
                                 "wrong only where %s (%zu elements), right elsewhere: look at that branch", region,
                                 d->fail_count);
  } else if (fabs(ratio.value + 1) <= ratio.relative) {
    finding = gchk_diagnosis_add(
        d, GCHK_CODE_WRONG_SIGN_IN_REGION, ratio.matched,
        "analytic/numeric = -1 where %s (%zu of %zu), right elsewhere: that branch lost a minus sign", region,
        ratio.matched, d->fail_count);
  } else {
    finding = gchk_diagnosis_add(d, GCHK_CODE_RATIO_IN_REGION, ratio.matched,
                                 "analytic/numeric = %.4f where %s (%zu of %zu), right elsewhere%s%s", ratio.value,
                                 region, ratio.matched, d->fail_count, ratio.is_named ? ": the factor is " : "",
                                 ratio.is_named ? ratio.name : "");
    gchk_finding_number(&d->tensor->findings, finding, "ratio", ratio.value);
  }
  gchk_finding_text(&d->tensor->findings, finding, "region", "%s", region);
  return true;
}
