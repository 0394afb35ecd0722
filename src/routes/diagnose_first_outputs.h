/* Are the contributions of the first outputs of an axis right, and no others? True: the rule named the mistake. */
#ifndef GCHK_ROUTES_DIAGNOSE_FIRST_OUTPUTS_H
#define GCHK_ROUTES_DIAGNOSE_FIRST_OUTPUTS_H

#include "evidence/diagnosis.h"

/* What every step but the first needs: the step before, or the offset of its sample. */
bool gchk_diagnose_first_outputs(gchk_diagnosis *d);

#endif
