/* Does backward let another set of pairs of indices through than forward? True: the rule named the mistake. */
#ifndef GCHK_ROUTES_DIAGNOSE_MASKS_H
#define GCHK_ROUTES_DIAGNOSE_MASKS_H

#include "evidence/diagnosis.h"

/* A mask that depends on the distance of two indices: causal, a window. */
bool gchk_diagnose_masks(gchk_diagnosis *d);

#endif
