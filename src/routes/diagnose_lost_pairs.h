/* Are contributions lost, or added, and all others right? True: the rule named the mistake. */
#ifndef GCHK_ROUTES_DIAGNOSE_LOST_PAIRS_H
#define GCHK_ROUTES_DIAGNOSE_LOST_PAIRS_H

#include "evidence/diagnosis.h"

/* What no other rule has a reason for. */
bool gchk_diagnose_lost_pairs(gchk_diagnosis *d);

#endif
