/* What the bits of an index tell (dependence.h). */
#ifndef GCHK_PATTERN_BIT_TRIALS_H
#define GCHK_PATTERN_BIT_TRIALS_H

#include "pattern/dependence.h"
#include "pattern/trial.h"

/* The most forwards that it takes; 0 where nothing can be looked for. */
size_t gchk_bit_trials_cost(const gchk_tensor *t);

/* Finds left, value and moves of found->output_count outputs, whose bits are there. */
gchk_status gchk_find_bits(gchk_trial *trial, gchk_random *random, gchk_dependence *found,
                           gchk_error *error) GCHK_MUST_USE;

#endif
