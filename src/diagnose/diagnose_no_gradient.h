/* Gradients where there must be none: declared zero, and rows that do not count. */
#ifndef GCHK_DIAGNOSE_DIAGNOSE_NO_GRADIENT_H
#define GCHK_DIAGNOSE_DIAGNOSE_NO_GRADIENT_H

#include "evidence/diagnosis.h"

/* The tensor's gradient is declared to be 0 by construction, and is not. */
bool gchk_diagnose_declared_zero(gchk_diagnosis *d);

/*
 * Rows on which no output depends have a gradient: those whose label is the ignored one, which its row declares, or an
 * option whose name speaks of ignoring or padding.
 */
bool gchk_diagnose_ignored_rows(gchk_diagnosis *d);

#endif
