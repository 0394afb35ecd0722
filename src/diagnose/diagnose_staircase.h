/* A forward that is a staircase: straight-through estimators, and whole numbers that are no variables. */
#ifndef GCHK_DIAGNOSE_DIAGNOSE_STAIRCASE_H
#define GCHK_DIAGNOSE_DIAGNOSE_STAIRCASE_H

#include "evidence/diagnosis.h"

/* The derivative is 0 wherever it fails, for forward is a staircase there, and backward gives another one's. */
bool gchk_diagnose_staircase(gchk_diagnosis *d);

/* The same for a tensor in which differences give nothing at all where it fails. */
bool gchk_diagnose_unknown(gchk_diagnosis *d);

/*
 * Notes tensors of whole numbers: forward moves where a value passes one and nowhere else, backward gives 0, and so
 * their elements are zero or undecided. About sixty forwards for each such tensor.
 */
gchk_status gchk_note_whole_numbers(gchk_case_work *work, gchk_error *error) GCHK_MUST_USE;

#endif
