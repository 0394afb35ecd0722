/* Do contributions go to, or come from, another index than they should? True: the rule named the mistake. */
#ifndef GCHK_ROUTES_DIAGNOSE_ROUTES_H
#define GCHK_ROUTES_DIAGNOSE_ROUTES_H

#include "evidence/diagnosis.h"

/* Contributions of an output's index h are added at another index of the tensor than that of forward. */
bool gchk_diagnose_routes(gchk_diagnosis *d);

/* The elements that fail are those at which two maps of an index give different indices. */
bool gchk_diagnose_index_maps(gchk_diagnosis *d);

#endif
