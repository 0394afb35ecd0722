/* Does all that is wrong enter at one index of another tensor? True: the rule named the mistake. */
#ifndef GCHK_ROUTES_DIAGNOSE_STEPS_H
#define GCHK_ROUTES_DIAGNOSE_STEPS_H

#include "evidence/diagnosis.h"

/* The first or the last step of a recurrence, or one sample. */
bool gchk_diagnose_steps(gchk_diagnosis *d);

#endif
