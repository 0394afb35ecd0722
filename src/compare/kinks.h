/* Results that sit on a kink of either layer, where each may choose another slope and be right. */
#ifndef GCHK_COMPARE_KINKS_H
#define GCHK_COMPARE_KINKS_H

#include "measure/agreement.h"

/*
 * Sets is_left_out[j] for the results of the agreement that jump where the values of `base` are moved by some units,
 * and for those that the reference has no finite number for. Thirteen evaluations.
 */
gchk_status gchk_leave_out_kinks(const gchk_agreement *agreement, const gchk_snapshot *base, gchk_random *random,
                                 gchk_arena *arena, gchk_error *error) GCHK_MUST_USE;

#endif
