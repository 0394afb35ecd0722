/* Doubts by name, for reading results. */
#ifndef GCHK_RESULT_DOUBTS_H
#define GCHK_RESULT_DOUBTS_H

#include "gradcheck/result.h"

/* False where there is no doubt of that name. */
bool gchk_doubt_by_name(const char *name, gchk_doubt *doubt);

/* Why a tensor is inconclusive none of whose elements is undecided. */
#define GCHK_NONE_RESOLVED "every element is below resolution: none can be told from zero"

#endif
