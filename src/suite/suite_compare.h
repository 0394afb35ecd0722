/* `compare:` of a case: the built-in layer that its layer, or its network as a whole, is compared with. */
#ifndef GCHK_SUITE_SUITE_COMPARE_H
#define GCHK_SUITE_SUITE_COMPARE_H

#include "suite/suite_case.h"

/* Where the case says one, its layer becomes a copy, in the reader's arena, that has the reference. */
gchk_status gchk_suite_compare(const gchk_suite_case *c, gchk_case *out) GCHK_MUST_USE;

#endif
