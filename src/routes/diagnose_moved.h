/* Did an upstream gradient go another way than its output's? True: the rule named the mistake. */
#ifndef GCHK_ROUTES_DIAGNOSE_MOVED_H
#define GCHK_ROUTES_DIAGNOSE_MOVED_H

#include "evidence/diagnosis.h"

/* Those of two outputs went the same way together, or one of them was read at other indices. Needs the Jacobian. */
bool gchk_diagnose_moved_upstream(gchk_diagnosis *d);

#endif
