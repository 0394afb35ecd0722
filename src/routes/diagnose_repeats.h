/* Is the gradient wrong where an element is used more than once? True: the rule named it. */
#ifndef GCHK_ROUTES_DIAGNOSE_REPEATS_H
#define GCHK_ROUTES_DIAGNOSE_REPEATS_H

#include "evidence/diagnosis.h"

/* In rows that an index names more than once. */
bool gchk_diagnose_repeats(gchk_diagnosis *d);

/* Some contributions of the outputs that an element feeds are kept, others are not. Needs the Jacobian. */
bool gchk_diagnose_fan_out(gchk_diagnosis *d);

#endif
