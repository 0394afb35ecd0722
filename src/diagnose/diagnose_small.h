/* Is it right but for a small error: precision, constants, an iteration that stops early? True: the rule named it. */
#ifndef GCHK_DIAGNOSE_DIAGNOSE_SMALL_H
#define GCHK_DIAGNOSE_DIAGNOSE_SMALL_H

#include "evidence/diagnosis.h"

/* In a double layer: an error of the size of single precision, in values that are floats or jump as their sums do. */
bool gchk_diagnose_precision(gchk_diagnosis *d);

/* The error falls as an option that counts rises: an iteration stops early. Or three digits agree wherever it fails. */
bool gchk_diagnose_small_error(gchk_diagnosis *d);

#endif
