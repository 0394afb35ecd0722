/* Is it another function's derivative? True: the rule named the mistake. */
#ifndef GCHK_DIAGNOSE_DIAGNOSE_DERIVATIVE_H
#define GCHK_DIAGNOSE_DIAGNOSE_DERIVATIVE_H

#include "evidence/diagnosis.h"

bool gchk_diagnose_derivative(gchk_diagnosis *d);

/* That of an activation after a product, in a fused layer: needs the Jacobian. */
bool gchk_diagnose_activation(gchk_diagnosis *d);

#endif
