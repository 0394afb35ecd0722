/* Is it the gradient of a constant? True: the rule named the mistake. */
#ifndef GCHK_DIAGNOSE_DIAGNOSE_CONSTANT_H
#define GCHK_DIAGNOSE_DIAGNOSE_CONSTANT_H

#include "evidence/diagnosis.h"

/* A constant of the same size, which backward gives no gradient of its own: dL/dy where dL/dx was asked for. */
bool gchk_diagnose_constant(gchk_diagnosis *d);

#endif
