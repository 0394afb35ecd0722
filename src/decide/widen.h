/* The bound of a difference that fails an element, wider by what steps around it scatter by. */
#ifndef GCHK_DECIDE_WIDEN_H
#define GCHK_DECIDE_WIDEN_H

#include "lines/tensor_line.h"
#include "measure/judge.h"

/*
 * `derivative` is that of sum v_j y_j along the element aimed at. Where g fails it, and does not with what such
 * differences scatter by (numeric/scatter.h), the bound is wider by that; else it is as it was. Puts the element back.
 * Up to 23 evaluations; another forward is to be done then.
 */
gchk_status gchk_widen_by_scatter(gchk_tensor_line *l, double g, const double *v, const gchk_allowance *allowance,
                                  gchk_derivative *derivative, gchk_error *error) GCHK_MUST_USE;

#endif
