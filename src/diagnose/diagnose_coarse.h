/*
 * A computation that is coarser than the layer declares: bf16, f16 or tf32 in a float layer.
 *
 * Its forward is a staircase, whose differences at small steps say little, so that right gradients come out undecided
 * or off by a few units of the format. Two things show it: outputs that are all numbers of the format, and a forward
 * that is the same bit for bit when an input or a parameter is rounded to the format before it.
 */
#ifndef GCHK_DIAGNOSE_DIAGNOSE_COARSE_H
#define GCHK_DIAGNOSE_DIAGNOSE_COARSE_H

#include "evidence/diagnosis.h"

/* A rule: the failing elements are right but for the rounding of a format that is not declared. */
bool gchk_diagnose_coarse(gchk_diagnosis *d);

/*
 * A note of the case where a tensor is inconclusive, none fails, and the computation is coarser than declared. Leaves
 * the values as they are, and forward done. Up to four forwards an input or parameter; none where nothing is
 * inconclusive.
 */
gchk_status gchk_note_coarse(gchk_case_work *work, gchk_error *error) GCHK_MUST_USE;

#endif
