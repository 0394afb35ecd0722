/*
 * Factors: the analytic gradient is r times the numeric one, everywhere, where it fails, or one on each side of zero.
 *
 * r is taken where it is known best, at the failing element with the smallest E/|D|, and must explain the others.
 */
#include "diagnose/diagnose_ratio.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "evidence/candidate.h"
#include "evidence/factor_names.h"
#include "evidence/resample.h"
#include "instance/precision.h"
#include "measure/judge.h"

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
  return best->relative < gchk_resolution_limit(d->unit);
}

bool gchk_constant_ratio(const gchk_diagnosis *d, gchk_ratio *ratio) {
  pick best;
  *ratio = (gchk_ratio){0};
  if (!best_known(d, &best))
    return false;
  const gchk_tensor_work *w = d->tensor;
  ratio->value = w->analytic[best.draw][best.element] / w->numeric[best.draw][best.element];
  // No wider than what tells the factors that people lose from each other.
  ratio->relative = fmin(8 * best.relative, 0.16);
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

static const char *examples_of(double ratio) {
  if (fabs(ratio - 0.5) < 1e-3)
    return ": a factor of 2 lost, e.g. d(y^2), a term counted once that is used twice, or a mean for a sum";
  if (fabs(ratio - 2) < 1e-3)
    return ": a factor of 2 too much, e.g. a gradient added twice";
  return "";
}

typedef enum constancy { ANOTHER_ELSEWHERE, THE_SAME_ELSEWHERE, NOT_KNOWN } constancy;

static bool is_ratio_there(const gchk_ratio *ratio, const gchk_elsewhere *there) {
  const double slack =
      GCHK_ERROR_BARS * (there->bound + ratio->relative * fabs(there->numeric)) * fmax(fabs(ratio->value), 1);
  return fabs(there->analytic - ratio->value * there->numeric) <= slack;
}

// At one other point, over some of the failing elements.
static constancy compare_at(gchk_diagnosis *d, const gchk_ratio *ratio, unsigned point) {
  gchk_other_place place;
  size_t elements[GCHK_SAMPLES], count = gchk_sample_failing(d, elements);
  constancy result = NOT_KNOWN;
  bool is_there = gchk_go_elsewhere(d, point, &place);
  for (size_t k = 0; k < count && is_there && result != ANOTHER_ELSEWHERE; k++) {
    gchk_elsewhere there;
    if (gchk_see_elsewhere(d, &place, elements[k], &there) && gchk_is_told_there(&there))
      result = is_ratio_there(ratio, &there) ? THE_SAME_ELSEWHERE : ANOTHER_ELSEWHERE;
  }
  gchk_leave_elsewhere(d, &place);
  return result;
}

// A single element always has one ratio, and a few have nearly one by accident: a factor that is lost is lost at other
// values too.
static constancy compare_elsewhere(gchk_diagnosis *d, const gchk_ratio *ratio) {
  enum { POINTS = 4, WANTED = 2 };
  constancy result = NOT_KNOWN;
  unsigned told = 0;
  if (!gchk_is_reproducible(d))
    return NOT_KNOWN;
  for (unsigned point = 1; point <= POINTS && told < WANTED && result != ANOTHER_ELSEWHERE; point++) {
    const constancy here = compare_at(d, ratio, point);
    told += here != NOT_KNOWN;
    result = here != NOT_KNOWN ? here : result;
  }
  return result;
}

// One that people lose, on several elements, needs no other point; one of a single element that no other point tells is
// not known to be constant.
static bool is_constant(gchk_diagnosis *d, const gchk_ratio *ratio) {
  enum { SEVERAL = 3 };
  if (ratio->is_named && d->fail_count >= SEVERAL)
    return true;
  const constancy elsewhere = compare_elsewhere(d, ratio);
  return elsewhere == THE_SAME_ELSEWHERE || (elsewhere == NOT_KNOWN && (ratio->is_named || d->fail_count > 1));
}

// The ratio of the only failing element, where it is the same at other values.
static bool single_ratio(gchk_diagnosis *d, gchk_ratio *ratio) {
  pick best;
  if (d->fail_count != 1 || !best_known(d, &best))
    return false;
  const gchk_tensor_work *w = d->tensor;
  *ratio = (gchk_ratio){.value = w->analytic[best.draw][best.element] / w->numeric[best.draw][best.element],
                        .relative = fmin(8 * best.relative, 0.16),
                        .matched = 1};
  ratio->is_named = gchk_ratio_name(d, ratio->value, ratio->relative, ratio->name, sizeof ratio->name);
  return ratio->value != 0 && fabs(ratio->value - 1) > ratio->relative &&
         compare_elsewhere(d, ratio) == THE_SAME_ELSEWHERE;
}

static bool is_told_in_draw(const gchk_diagnosis *d, size_t draw, size_t i) {
  return d->fails[i] &&
         fabs(d->tensor->numeric[draw][i]) * gchk_resolution_limit(d->unit) > gchk_diagnosis_error(d, draw, i);
}

// The middle of the ratios at the failing elements whose derivative is told; NaN where too few are.
static double middle_ratio(const gchk_diagnosis *d, size_t *told) {
  enum { FEWEST = 3 };
  double low = (double)INFINITY, high = -(double)INFINITY;
  *told = 0;
  for (size_t draw = 0; draw < d->draws; draw++) {
    for (size_t i = 0; i < d->total; i++) {
      if (!is_told_in_draw(d, draw, i))
        continue;
      ++*told;
      low = fmin(low, d->tensor->analytic[draw][i] / d->tensor->numeric[draw][i]);
      high = fmax(high, d->tensor->analytic[draw][i] / d->tensor->numeric[draw][i]);
    }
  }
  const size_t all = d->fail_count * d->draws;
  return *told + 1 < FEWEST || all < FEWEST || 2 * *told < all ? (double)NAN : low / 2 + high / 2;
}

/*
 * One factor but for a rest: a second and smaller mistake, or constants of single precision, leave up to a fiftieth of
 * what the factor explains, or what the errors of the derivatives allow.
 */
static bool ratio_with_rest(const gchk_diagnosis *d, gchk_ratio *ratio) {
  static const double rest = 0.02, narrow = 0.1;
  const gchk_tensor_work *w = d->tensor;
  size_t told;
  const double middle = middle_ratio(d, &told);
  if (isnan(middle) || middle == 0)
    return false;
  double farthest = 0;
  bool is_beyond_errors = false;
  for (size_t draw = 0; draw < d->draws; draw++) {
    for (size_t i = 0; i < d->total; i++) {
      if (!d->fails[i])
        continue;
      const double n = fabs(w->numeric[draw][i]), off = fabs(w->analytic[draw][i] - middle * w->numeric[draw][i]);
      const double error = 3 * fabs(middle) * gchk_diagnosis_error(d, draw, i);
      const double explained = fmin(fabs(middle - 1), fabs(middle)) * n;
      const bool is_told = is_told_in_draw(d, draw, i);
      if (off > fmax(rest * explained, is_told ? fmin(error, narrow * explained) : error))
        return false;
      farthest = is_told ? fmax(farthest, off / n) : farthest;
      is_beyond_errors = is_beyond_errors || (is_told && off > error);
    }
  }
  *ratio = (gchk_ratio){.value = middle,
                        .relative = 2 * farthest / fabs(middle),
                        .rest = is_beyond_errors ? farthest / fabs(middle) : 0,
                        .matched = d->fail_count};
  ratio->is_named = gchk_ratio_name(d, middle, ratio->relative, ratio->name, sizeof ratio->name);
  ratio->relative = fmax(ratio->relative, rest * fmin(fabs(middle - 1), fabs(middle)) / fabs(middle));
  return true;
}

// How far it is from one factor; nothing where no rest shows.
static const char *write_rest(const gchk_diagnosis *d, double rest) {
  static const char format[] = " within %.1e (the rest: a smaller mistake, or constants of single precision)";
  const char *text = rest > 0 ? gchk_arena_printf(d->arena, format, rest) : NULL;
  return text != NULL ? text : "";
}

static bool keep_ratio(gchk_diagnosis *d, gchk_finding *finding, const gchk_ratio *ratio) {
  gchk_finding_number(&d->tensor->findings, finding, "ratio", ratio->value);
  if (ratio->is_named)
    gchk_finding_text(&d->tensor->findings, finding, "factor", "%s", ratio->name);
  return true;
}

bool gchk_diagnose_ratio(gchk_diagnosis *d) {
  gchk_ratio ratio;
  if (d->fail_count == 0 || gchk_telling_passes(d) > 0)
    return false;
  if (gchk_constant_ratio(d, &ratio)) {
    if (!is_constant(d, &ratio))
      return false;
  } else if (!single_ratio(d, &ratio) &&
             (!ratio_with_rest(d, &ratio) || compare_elsewhere(d, &ratio) == ANOTHER_ELSEWHERE)) {
    return false;
  }
  gchk_finding *finding;
  if (fabs(ratio.value + 1) <= ratio.relative)
    finding = gchk_diagnosis_add(d, GCHK_CODE_WRONG_SIGN, ratio.matched,
                                 "analytic/numeric = -1 on %zu of %zu: a minus sign is lost, or one too many",
                                 ratio.matched, d->fail_count);
  else
    finding = gchk_diagnosis_add(d, GCHK_CODE_CONSTANT_RATIO, ratio.matched,
                                 "analytic/numeric = %.4f on %zu of %zu%s%s%s%s", ratio.value, ratio.matched,
                                 d->fail_count, write_rest(d, ratio.rest), ratio.is_named ? ", that is " : "",
                                 ratio.is_named ? ratio.name : "", examples_of(ratio.value));
  return keep_ratio(d, finding, &ratio);
}

// One factor where it fails, and elements with a derivative where it is right: where they are is for another to say.
bool gchk_diagnose_partial_ratio(gchk_diagnosis *d) {
  gchk_ratio ratio;
  if (!gchk_constant_ratio(d, &ratio) || !is_constant(d, &ratio))
    return false;
  gchk_finding *finding =
      gchk_diagnosis_add(d, GCHK_CODE_CONSTANT_RATIO, ratio.matched,
                         "analytic/numeric = %.4f on %zu of %zu wrong elements%s%s, and right on %zu others%s",
                         ratio.value, ratio.matched, d->fail_count, ratio.is_named ? ", that is " : "",
                         ratio.is_named ? ratio.name : "", d->pass_count, examples_of(ratio.value));
  return keep_ratio(d, finding, &ratio);
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
      d, GCHK_CODE_RATIO_IN_REGION, matched,
      "analytic/numeric = %.4f where %s < 0 and %.4f where %s > 0 (%zu of %zu)%s", below.value, d->t->name, above.value,
      d->t->name, matched, d->fail_count, is_swapped ? ": one factor and its inverse, the branches are swapped" : "");
  gchk_finding_number(&d->tensor->findings, finding, "below", below.value);
  gchk_finding_number(&d->tensor->findings, finding, "above", above.value);
  return true;
}
