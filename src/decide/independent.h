/* Elements that no output depends on, though backward sums terms for them. */
#ifndef GCHK_DECIDE_INDEPENDENT_H
#define GCHK_DECIDE_INDEPENDENT_H

#include "decide/look.h"

/*
 * An inconclusive look all of whose draws pass, or may be terms that cancel, becomes a pass where no output depends on
 * the element aimed at. Two evaluations where that is asked, else none. Puts the element back, bit for bit.
 */
gchk_status gchk_ask_independence(gchk_tensor_line *l, gchk_look *look, gchk_error *error) GCHK_MUST_USE;

#endif
