/* Is a norm, a sum or a gate of a whole row taken for a constant? True: the rule named the mistake. */
#ifndef GCHK_ROUTES_DIAGNOSE_NORMALISERS_H
#define GCHK_ROUTES_DIAGNOSE_NORMALISERS_H

#include "evidence/diagnosis.h"

/* What is missing is, by each element, a multiple of a row of outputs: a factor of the row is not differentiated. */
bool gchk_diagnose_row_factor(gchk_diagnosis *d);

/* Forward does not change with the length of a row of the tensor, and backward's gradient does not stand across it. */
bool gchk_diagnose_scale_free(gchk_diagnosis *d);

#endif
