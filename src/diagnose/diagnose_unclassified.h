/* What is said where nothing is known: figures, and no name. */
#ifndef GCHK_DIAGNOSE_DIAGNOSE_UNCLASSIFIED_H
#define GCHK_DIAGNOSE_DIAGNOSE_UNCLASSIFIED_H

#include "evidence/diagnosis.h"

/* True where forward changes the tensor itself: its differences say little, and that alone is said. */
bool gchk_diagnose_changed_value(gchk_diagnosis *d);

void gchk_diagnose_unclassified(gchk_diagnosis *d);

#endif
