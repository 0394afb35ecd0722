/* Is the gradient exactly zero, or not finite, where the derivative is not? True: the rule named the mistake. */
#ifndef GCHK_DIAGNOSE_DIAGNOSE_ZERO_H
#define GCHK_DIAGNOSE_DIAGNOSE_ZERO_H

#include "evidence/diagnosis.h"

bool gchk_diagnose_zero(gchk_diagnosis *d);
bool gchk_diagnose_non_finite(gchk_diagnosis *d);

#endif
