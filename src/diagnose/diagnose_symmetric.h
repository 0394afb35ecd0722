/* A matrix that is symmetric, and is not declared so. */
#ifndef GCHK_DIAGNOSE_DIAGNOSE_SYMMETRIC_H
#define GCHK_DIAGNOSE_DIAGNOSE_SYMMETRIC_H

#include "diagnose/diagnosis.h"

/*
 * Analytic and numeric gradient agree once (i,j) and (j,i) are added, the diagonal as it is; and forward reads one
 * triangle only, or both alike.
 */
bool gchk_diagnose_symmetric(gchk_diagnosis *d);

#endif
