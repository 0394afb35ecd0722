/* Do contributions that differ have equal weights in backward? True: the rule named the mistake. */
#ifndef GCHK_ROUTES_DIAGNOSE_EQUAL_WEIGHTS_H
#define GCHK_ROUTES_DIAGNOSE_EQUAL_WEIGHTS_H

#include "evidence/diagnosis.h"

/* A mean in place of a weighted sum. */
bool gchk_diagnose_equal_weights(gchk_diagnosis *d);

#endif
