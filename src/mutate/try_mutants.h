/* Each mutant compiled and checked. */
#ifndef GCHK_MUTATE_TRY_MUTANTS_H
#define GCHK_MUTATE_TRY_MUTANTS_H

#include "mutate/traps.h"

/*
 * Sets the fates. Compiles and checks the unmutated source first, and then with all traps set; with that of a function
 * when a mutant of it survives. As gchk_mutate; GCHK_INTERRUPTED leaves those not tried as they were.
 */
gchk_status gchk_try_mutants(gchk_mutation *mutation, const gchk_original *original, gchk_traps *traps,
                             const gchk_mutation_options *options, gchk_error *error) GCHK_MUST_USE;

#endif
