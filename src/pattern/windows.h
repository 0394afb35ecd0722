/* Windows of a dimension (dependence.h). */
#ifndef GCHK_PATTERN_WINDOWS_H
#define GCHK_PATTERN_WINDOWS_H

#include "pattern/dependence.h"
#include "pattern/trial.h"

/* Looks for windows along every dimension of which found->bits left nothing, as long as forwards are left of `most`. */
gchk_status gchk_find_windows(gchk_trial *trial, gchk_random *random, double most, gchk_dependence *found,
                              gchk_error *error) GCHK_MUST_USE;

#endif
