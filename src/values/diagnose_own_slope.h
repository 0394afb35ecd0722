/* Is a function of each element's own value lost between the gradient and the element? True: the rule named it. */
#ifndef GCHK_VALUES_DIAGNOSE_OWN_SLOPE_H
#define GCHK_VALUES_DIAGNOSE_OWN_SLOPE_H

#include "evidence/diagnosis.h"

bool gchk_diagnose_own_slope(gchk_diagnosis *d);

#endif
