/* Is backward wrong where inputs are shorter than a floor of their norm? True: the rule named the mistake. */
#ifndef GCHK_VALUES_DIAGNOSE_FLOOR_H
#define GCHK_VALUES_DIAGNOSE_FLOOR_H

#include "evidence/diagnosis.h"

/*
 * Of a tensor that was made short (start/shorten.h): with the same values, as long as usual ones, backward is right.
 * Costs what differentiating five elements does.
 */
bool gchk_diagnose_floor(gchk_diagnosis *d);

#endif
