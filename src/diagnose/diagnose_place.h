/* Where is it wrong? True: the rule named the mistake. */
#ifndef GCHK_DIAGNOSE_DIAGNOSE_PLACE_H
#define GCHK_DIAGNOSE_DIAGNOSE_PLACE_H

#include "evidence/diagnosis.h"

bool gchk_diagnose_ties(gchk_diagnosis *d);
bool gchk_diagnose_place(gchk_diagnosis *d);

#endif
