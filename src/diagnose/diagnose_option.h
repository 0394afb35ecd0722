/* Is the gradient right with an option at another value? True: the rule named the mistake. */
#ifndef GCHK_DIAGNOSE_DIAGNOSE_OPTION_H
#define GCHK_DIAGNOSE_DIAGNOSE_OPTION_H

#include "evidence/diagnosis.h"

/* Backward is written for a 0, 1 or 2 in place of an option, which is not its initial value: that is blamed before. */
bool gchk_diagnose_written_value(gchk_diagnosis *d);

/* Backward does look at the option, and is right at its initial value. */
bool gchk_diagnose_option(gchk_diagnosis *d);

#endif
