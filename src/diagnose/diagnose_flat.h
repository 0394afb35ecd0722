/* Does backward have a gradient where no output moves? True: the rule named the mistake. */
#ifndef GCHK_DIAGNOSE_DIAGNOSE_FLAT_H
#define GCHK_DIAGNOSE_DIAGNOSE_FLAT_H

#include "evidence/diagnosis.h"

/* How many of the failing elements have a numeric gradient of exactly 0, in every draw. */
size_t gchk_flat_fails(const gchk_diagnosis *d);

bool gchk_diagnose_flat(gchk_diagnosis *d);

#endif
