/* Is backward wrong at corners of the function alone, where a branch decides? True: the rule named the mistake. */
#ifndef GCHK_VALUES_DIAGNOSE_CORNER_H
#define GCHK_VALUES_DIAGNOSE_CORNER_H

#include "evidence/diagnosis.h"

/*
 * Every wrong element sits on a kink, with a gradient beyond both of its slopes, and others are right that tell. Of
 * many some are looked at. Costs a whole ladder each.
 */
bool gchk_diagnose_corner(gchk_diagnosis *d);

#endif
