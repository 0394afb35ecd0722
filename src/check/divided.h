/* Cases that the parts of a run share. */
#ifndef GCHK_CHECK_DIVIDED_H
#define GCHK_CHECK_DIVIDED_H

#include "gradcheck/check.h"

/* Is there so much to do in a case that the parts of a run (gchk_options.part) share its elements? */
bool gchk_case_is_divided(const gchk_case *spec);

#endif
