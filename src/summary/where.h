/* Where a cause is seen, in a few words. */
#ifndef GCHK_SUMMARY_WHERE_H
#define GCHK_SUMMARY_WHERE_H

#include "gradcheck/result.h"

/*
 * "x, h, W; 5 of 5 cases", from the members of the cause; of the cases, those of its layer count. In the result's
 * arena, which notes where memory is out.
 */
const char *gchk_cause_where(gchk_result *result, const gchk_cause *cause);

#endif
