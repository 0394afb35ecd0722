/* A point that takes a branch, and what is wrong there, in words. */
#ifndef GCHK_REACH_STEER_WORDS_H
#define GCHK_REACH_STEER_WORDS_H

#include "core/text.h"
#include "reach/steer_point.h"

/* "x[0,1] = 20.3, stride = 2, B=2 C=24"; `at` is the steered case. */
void gchk_put_steer_point(gchk_text *out, const gchk_case *at, const gchk_steer_point *point);

/* "the gradient of x[3] is 1, its derivative 2 +- 1e-10 (constant-ratio)", or why there is none. */
void gchk_put_wrong_there(gchk_text *out, const gchk_case_result *there);

#endif
