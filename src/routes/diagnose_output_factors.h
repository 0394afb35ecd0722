/* What does backward multiply the upstream gradient of each output with? True: the rule named the mistake. */
#ifndef GCHK_ROUTES_DIAGNOSE_OUTPUT_FACTORS_H
#define GCHK_ROUTES_DIAGNOSE_OUTPUT_FACTORS_H

#include "evidence/diagnosis.h"

/* Outputs at a bound contribute; some outputs do not; each has a factor of its own too many. */
bool gchk_diagnose_output_factors(gchk_diagnosis *d);

#endif
