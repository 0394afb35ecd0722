/* Is a sum over the batch, time or a broadcast axis not taken over all of it? True: the rule named the mistake. */
#ifndef GCHK_ROUTES_DIAGNOSE_SLICES_H
#define GCHK_ROUTES_DIAGNOSE_SLICES_H

#include "evidence/diagnosis.h"

bool gchk_diagnose_slices(gchk_diagnosis *d);
bool gchk_diagnose_contributions(gchk_diagnosis *d);

#endif
