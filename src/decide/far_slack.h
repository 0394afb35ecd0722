/* Rounding within backward that moves by units of it do not show. */
#ifndef GCHK_DECIDE_FAR_SLACK_H
#define GCHK_DECIDE_FAR_SLACK_H

#include "decide/look.h"

/*
 * Of a look that fails, not at a kink: judges it anew with the slack that moves by 4 sqrt(u) of all values show, where
 * that is more. Not with a twin, whose slack is measured against it, nor in a format coarser than float, nor of an
 * intermediate value. Costs six forwards and backwards a draw, once a line; forward is done afterwards.
 */
gchk_status gchk_ask_far_slack(gchk_tensor_line *l, gchk_look *look, gchk_error *error) GCHK_MUST_USE;

#endif
