/* The mutants of a source: every change that is tried, one by one. */
#ifndef GCHK_MUTATE_MUTANTS_H
#define GCHK_MUTATE_MUTANTS_H

#include "gradcheck/mutate.h"
#include "mutate/c_functions.h"

/*
 * Adds the mutants of all chosen bodies to `mutation`, in the order of the source. `text` is what the tokens were read
 * from. All is of the mutation's arena. GCHK_NO_MEMORY.
 */
gchk_status gchk_mutants_add(gchk_mutation *mutation, const char *text, const gchk_tokens *tokens,
                             const gchk_bodies *bodies, gchk_error *error) GCHK_MUST_USE;

#endif
