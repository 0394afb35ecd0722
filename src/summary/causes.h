/* One entry a mistake: what is wrong in several tensors, shapes, precisions and cases of one layer, put together. */
#ifndef GCHK_SUMMARY_CAUSES_H
#define GCHK_SUMMARY_CAUSES_H

#include "gradcheck/result.h"

/*
 * Fills the causes of a result from its cases, in time in proportion to them but for a sort. Where memory is out there
 * are none, and the result's arena has noted it.
 */
void gchk_find_causes(gchk_result *result);

#endif
