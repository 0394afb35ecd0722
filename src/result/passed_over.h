/*
 * Cases whose values, options or size gradcheck chose itself (gchk_case_result.varied): where a shape of the layer's
 * own fails already they would tell nothing more, and are passed over.
 */
#ifndef GCHK_RESULT_PASSED_OVER_H
#define GCHK_RESULT_PASSED_OVER_H

#include "gradcheck/result.h"

/* Keeps which case it is, and forgets all that came of it: as a case is before it runs. */
void gchk_case_clear(gchk_case_result *c);

/* Is `c` such a case, and has a shape of its layer's own among the `count` cases failed, or ended in an error? */
bool gchk_is_told_already(const gchk_case_result *cases, size_t count, const gchk_case_result *c);

/* Skipped for that reason, whatever came of it; and was it? */
void gchk_case_pass_over(gchk_case_result *c);
bool gchk_is_passed_over(const gchk_case_result *c);

#endif
