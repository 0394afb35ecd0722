/* The checked elements of a tensor, each by itself or many in one call of the layer's vary. */
#ifndef GCHK_DECIDE_DECIDE_ELEMENTS_H
#define GCHK_DECIDE_DECIDE_ELEMENTS_H

#include "decide/look.h"

/*
 * Decides all checked elements of the line's tensor, once its pilots are done, with the help of the work's crew
 * (element_blocks.h). Where vary turns out not to be believed, it is left (doubt_vary.h), and all are to be decided
 * again. Costs what gchk_decide costs (decide.h), or as many points of vary; what fails is decided once more until
 * enough failures are confirmed (confirm.h).
 */
gchk_status gchk_decide_elements(gchk_tensor_line *l, gchk_look *look, gchk_error *error) GCHK_MUST_USE;

#endif
