/* What does backward multiply the upstream gradient of each output with? True: the rule named the mistake. */
#ifndef GCHK_ROUTES_DIAGNOSE_OUTPUT_FACTORS_H
#define GCHK_ROUTES_DIAGNOSE_OUTPUT_FACTORS_H

#include "evidence/diagnosis.h"

/* Outputs at a bound contribute; some outputs do not; each is multiplied by a function of its value. */
bool gchk_diagnose_output_factors(gchk_diagnosis *d);

/* Some outputs, at the head or the tail of axes, do not contribute, and the rest does as it should. */
bool gchk_diagnose_dropped_outputs(gchk_diagnosis *d);

/* Each output is multiplied by a factor of its own that has no name. */
bool gchk_diagnose_own_factors(gchk_diagnosis *d);

#endif
