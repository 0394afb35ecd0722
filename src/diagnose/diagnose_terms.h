/* Is a term of a normalisation or a softmax missing? True: the rule named the mistake. */
#ifndef GCHK_DIAGNOSE_DIAGNOSE_TERMS_H
#define GCHK_DIAGNOSE_DIAGNOSE_TERMS_H

#include "evidence/diagnosis.h"

bool gchk_diagnose_terms(gchk_diagnosis *d);

#endif
