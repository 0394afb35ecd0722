/* The audit of a pattern: do elements of different classes share no output, as it says? */
#ifndef GCHK_PATTERN_PATTERN_AUDIT_H
#define GCHK_PATTERN_PATTERN_AUDIT_H

#include "pattern/pattern.h"

/*
 * Does forward give the same outputs again, bit for bit? Where it does not, a note of the tensor says so. One forward.
 */
gchk_status gchk_audit_repeat(gchk_case_work *work, gchk_tensor_work *tensor, bool *holds,
                              gchk_error *error) GCHK_MUST_USE;

/*
 * Perturbs a sample of elements, each with one element of every other class and alone: the outputs of its class must be
 * the same bit for bit, and alone it moves no others. *holds is false where that is not so, and a note of the tensor
 * says which output it was. Two forwards an element, of at most 16. The pattern is left in any phase.
 */
gchk_status gchk_audit_pattern(gchk_case_work *work, gchk_tensor_work *tensor, gchk_pattern *pattern, bool *holds,
                               gchk_error *error) GCHK_MUST_USE;

/* Notes that differences are taken element by element: the output moved though none of its elements was perturbed. */
void gchk_note_broken_pattern(gchk_tensor_work *tensor, size_t output);

#endif
