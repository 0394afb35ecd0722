/* What only another call tells apart: mode, eps, another tensor. True: the rule named the mistake. */
#ifndef GCHK_DIAGNOSE_DIAGNOSE_RERUN_H
#define GCHK_DIAGNOSE_DIAGNOSE_RERUN_H

#include "evidence/diagnosis.h"

bool gchk_diagnose_mode(gchk_diagnosis *d);
bool gchk_diagnose_epsilon(gchk_diagnosis *d);
bool gchk_diagnose_other_point(gchk_diagnosis *d);
bool gchk_diagnose_other_row(gchk_diagnosis *d);

#endif
