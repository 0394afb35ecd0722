/*
 * Cases that would tell nothing more: whose values, options or size gradcheck chose itself (gchk_case_result.varied),
 * where a shape of the layer's own fails already; and other shapes of a layer that hangs.
 */
#ifndef GCHK_RESULT_PASSED_OVER_H
#define GCHK_RESULT_PASSED_OVER_H

#include "gradcheck/result.h"

/* Keeps which case it is, and forgets all that came of it: as a case is before it runs. */
void gchk_case_clear(gchk_case_result *c);

/*
 * Skips `c`, one of the `count` cases, whatever came of it, where it tells nothing more; else it is as it was, and the
 * answer is false. It tells nothing more where it is varied, and a shape of its layer that is not has failed or ended
 * in an error; and where it is any that gradcheck chose, and a shape of the layer's own and a chosen one before hung.
 */
bool gchk_pass_over_if_told(const gchk_case_result *cases, size_t count, gchk_case_result *c);
bool gchk_is_passed_over(const gchk_case_result *c); /* and was it? */

#endif
