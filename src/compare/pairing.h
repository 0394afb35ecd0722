/*
 * Which tensor of a layer is which of its reference, and with which sizes and options the reference computes the same.
 * Both tables are data here: nothing of either layer is called.
 */
#ifndef GCHK_COMPARE_PAIRING_H
#define GCHK_COMPARE_PAIRING_H

#include "compare/pair.h"
#include "gradcheck/compare.h"

/* All of it in the arena. GCHK_INVALID with what does not fit and what would be right. */
gchk_status gchk_pairing_make(gchk_pairing *pairing, const gchk_reference *said, const gchk_layer *layer,
                              const gchk_sizes *sizes, const double *options, gchk_arena *arena,
                              gchk_error *error) GCHK_MUST_USE;

#endif
