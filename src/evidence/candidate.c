/* Candidates: making one, and comparing it with the analytic gradient. */
#include "evidence/candidate.h"

#include <math.h>

#include "instance/precision.h"
#include "measure/judge.h"

double gchk_candidate_tolerance(const gchk_diagnosis *d, double gradient, double error) {
  return GCHK_CANDIDATE_BARS * error + 2 * gchk_rounding_allowance(d->unit) * d->unit * fabs(gradient);
}

bool gchk_is_little_beside(double tolerance, double mistake) {
  static const double times = 3;
  return times * tolerance < mistake;
}

bool gchk_is_known_to_a_digit(double value, double error) {
  static const double times = 10;
  return fabs(value) > times * GCHK_CANDIDATE_BARS * error;
}

bool gchk_candidate_new(const gchk_diagnosis *d, gchk_candidate *candidate) {
  for (size_t draw = 0; draw < d->draws; draw++) {
    candidate->value[draw] = gchk_arena_alloc(d->arena, d->total, sizeof(double));
    candidate->slack[draw] = gchk_arena_alloc(d->arena, d->total, sizeof(double));
    if (candidate->value[draw] == NULL || candidate->slack[draw] == NULL)
      return false;
    for (size_t i = 0; i < d->total; i++)
      candidate->value[draw][i] = (double)NAN;
  }
  return true;
}

// 1 when the element equals the candidate in every draw, 0 when it does not, -1 when the candidate does not know: with
// a slack as wide as the mistake itself anything would equal it.
static int compare_element(const gchk_diagnosis *d, const gchk_candidate *c, size_t i) {
  // In a coarse format no bound is narrow beside a mistake; there a candidate tells when it leaves little of it.
  bool is_telling = !d->fails[i], is_coarse = d->unit > GCHK_UNIT_F32;
  for (size_t draw = 0; draw < d->draws; draw++) {
    double a = d->tensor->analytic[draw][i];
    if (!isfinite(c->value[draw][i]) || !isfinite(c->slack[draw][i]))
      return -1;
    const double tolerance = gchk_candidate_tolerance(d, a, c->slack[draw][i]);
    if (!(fabs(a - c->value[draw][i]) <= tolerance))
      return 0;
    double mistake = fabs(a - d->tensor->numeric[draw][i]);
    is_telling = is_telling || gchk_is_little_beside(tolerance, mistake) ||
                 (is_coarse && 8 * fabs(a - c->value[draw][i]) <= mistake);
  }
  return is_telling ? 1 : -1;
}

// Is the candidate something else than nothing at an element? What is 0 within errors equals any small gradient.
static bool is_something(const gchk_diagnosis *d, const gchk_candidate *c, size_t i) {
  bool is_it = false;
  for (size_t draw = 0; draw < d->draws; draw++) {
    const double size = fabs(c->value[draw][i]), left = fabs(d->tensor->analytic[draw][i] - c->value[draw][i]);
    is_it = is_it || size > GCHK_CANDIDATE_BARS * c->slack[draw][i] || (d->unit > GCHK_UNIT_F32 && 8 * left <= size);
  }
  return is_it;
}

bool gchk_candidate_holds(const gchk_diagnosis *d, const gchk_candidate *candidate, bool everywhere, size_t *matched) {
  enum { FEWEST = 2 };
  size_t known = 0, same = 0, something = 0, others = 0, same_others = 0;
  for (size_t k = 0; k < d->tensor->checked_count; k++) {
    size_t i = d->tensor->checked[k];
    int result = compare_element(d, candidate, i);
    if (d->fails[i]) {
      known += result >= 0;
      same += result == 1;
      something += result == 1 && is_something(d, candidate, i);
    } else if (isfinite(d->tensor->numeric[0][i])) {
      others += result >= 0;
      same_others += result == 1;
    }
  }
  if (matched != NULL)
    *matched = same;
  bool is_known_enough = 2 * known >= d->fail_count && known > 0 && (something >= FEWEST || something == known);
  bool holds_elsewhere = !everywhere || others == 0 || gchk_is_nearly_all(same_others, others);
  return is_known_enough && gchk_is_nearly_all(same, known) && holds_elsewhere;
}
