/* `precision:` of a case: the format that its layer, or every layer of its network, computes in. */
#ifndef GCHK_SUITE_SUITE_PRECISION_H
#define GCHK_SUITE_SUITE_PRECISION_H

#include "suite/suite_case.h"

/*
 * Where the case or the defaults say one, c->layer becomes a copy, in the reader's arena, that declares it in place of
 * what the layer itself declares. The layer must be there.
 */
gchk_status gchk_suite_declare_precision(gchk_suite_case *c) GCHK_MUST_USE;

#endif
