/* Are the right values in another order? True: the rule named the mistake. */
#ifndef GCHK_DIAGNOSE_DIAGNOSE_AXES_H
#define GCHK_DIAGNOSE_DIAGNOSE_AXES_H

#include "evidence/diagnosis.h"

bool gchk_diagnose_axes(gchk_diagnosis *d);
bool gchk_diagnose_other_tensor(gchk_diagnosis *d);
bool gchk_diagnose_permutation(gchk_diagnosis *d);

#endif
