/* Is the gradient that of a matrix that is taken to be symmetric? True: the rule named the mistake. */
#ifndef GCHK_DIAGNOSE_DIAGNOSE_SYMMETRISED_H
#define GCHK_DIAGNOSE_DIAGNOSE_SYMMETRISED_H

#include "evidence/diagnosis.h"

bool gchk_diagnose_symmetrised(gchk_diagnosis *d);

#endif
