/* Matrices that are symmetric, declared so or not. */
#ifndef GCHK_DIAGNOSE_DIAGNOSE_SYMMETRIC_H
#define GCHK_DIAGNOSE_DIAGNOSE_SYMMETRIC_H

#include "evidence/diagnosis.h"

/*
 * Analytic and numeric gradient agree once (i,j) and (j,i) are added, the diagonal as it is; and forward reads one
 * triangle only, or both alike. Where it is declared symmetric: each pair counts twice, or half. Or the analytic one is
 * that of a matrix taken to be symmetric (Cholesky, eigenvalues), and the matrix is not.
 */
bool gchk_diagnose_symmetric(gchk_diagnosis *d);

#endif
