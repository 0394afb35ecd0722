/* Is the gradient off by a factor that is the values of another tensor? True: the rule named the mistake. */
#ifndef GCHK_ROUTES_DIAGNOSE_TENSOR_FACTOR_H
#define GCHK_ROUTES_DIAGNOSE_TENSOR_FACTOR_H

#include "evidence/diagnosis.h"

bool gchk_diagnose_tensor_factor(gchk_diagnosis *d);

#endif
