/* A candidate: what the gradient would be if a certain mistake had been made. */
#ifndef GCHK_EVIDENCE_CANDIDATE_H
#define GCHK_EVIDENCE_CANDIDATE_H

#include "evidence/diagnosis.h"
#include "measure/judge.h"

/*
 * How many error bars two values may be apart to count as equal: twice those of a verdict, as candidates inherit less
 * well-known errors. A wrong candidate is off by very much more.
 */
#define GCHK_CANDIDATE_BARS (2 * GCHK_ERROR_BARS)

/* How far an analytic gradient may be from a value with such an error and count as equal. */
double gchk_candidate_tolerance(const gchk_diagnosis *d, double gradient, double error);

/* Is that little beside what is wrong? Within a tolerance as wide as it anything is equal. */
bool gchk_is_little_beside(double tolerance, double mistake);

/* Is a value with such an error known to a digit? Within wide errors anything is equal. */
bool gchk_is_known_to_a_digit(double value, double error);

/* The values are NaN where they are not known. `slack` is the error that each inherits. */
typedef struct gchk_candidate {
  double *value[GCHK_MAX_DRAWS], *slack[GCHK_MAX_DRAWS];
} gchk_candidate;

/* Space for a candidate, all NaN. False when out of memory: the rule then says nothing. */
bool gchk_candidate_new(const gchk_diagnosis *d, gchk_candidate *candidate);

/*
 * True when the candidate equals the analytic gradient at nearly all failing elements (of which it knows enough), and,
 * with `everywhere`, at nearly all others that it knows. `matched` may be NULL.
 */
bool gchk_candidate_holds(const gchk_diagnosis *d, const gchk_candidate *candidate, bool everywhere, size_t *matched);

#endif
