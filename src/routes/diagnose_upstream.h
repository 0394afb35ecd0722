/* Was the upstream gradient or the Jacobian used in another way? True: the rule named the mistake. */
#ifndef GCHK_ROUTES_DIAGNOSE_UPSTREAM_H
#define GCHK_ROUTES_DIAGNOSE_UPSTREAM_H

#include "evidence/diagnosis.h"

bool gchk_diagnose_upstream(gchk_diagnosis *d);

#endif
