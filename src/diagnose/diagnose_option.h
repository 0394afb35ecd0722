/* Is the gradient right with an option at another value? True: the rule named the mistake. */
#ifndef GCHK_DIAGNOSE_DIAGNOSE_OPTION_H
#define GCHK_DIAGNOSE_DIAGNOSE_OPTION_H

#include "evidence/diagnosis.h"

/* What gchk_blame_options, which is asked before, leaves: other values, and options that backward looks at. */
bool gchk_diagnose_option(gchk_diagnosis *d);

#endif
