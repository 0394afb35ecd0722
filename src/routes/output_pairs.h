/* Two outputs of one size, whose upstream gradients or derivatives were mixed up. */
#ifndef GCHK_ROUTES_OUTPUT_PAIRS_H
#define GCHK_ROUTES_OUTPUT_PAIRS_H

#include "evidence/candidate.h"

typedef struct gchk_output_pair {
  const gchk_tensor *a, *b;
  size_t matched; /* failing elements that it explains */
} gchk_output_pair;

/* What one place of two outputs adds to the right gradient: derivatives and upstream gradients of a and of b there. */
typedef double (*gchk_pair_term)(double of_a, double of_b, double v_a, double v_b);

/* The first two outputs, in either order, for which the candidate with these terms holds. Needs the kept Jacobian. */
bool gchk_find_output_pair(gchk_diagnosis *d, gchk_candidate *c, gchk_pair_term term, gchk_output_pair *found);

#endif
