/* Looking at every output of an element by itself. */
#ifndef GCHK_DECIDE_OUTPUT_LOOK_H
#define GCHK_DECIDE_OUTPUT_LOOK_H

#include "decide/look.h"

/*
 * Decides `look`, if it can, by the derivatives of the single outputs: those with a kink within the steps are left out
 * of the upstream gradient, for which backward is called once more; those that kink at the point itself each allow any
 * slope between their two. What fails so is suspected, and no more. Leaves `look` alone where that does not decide, or
 * where there is one output only. Costs the evaluations of one whole ladder, and a forward and a backward a draw. The
 * instance is at the base point afterwards, forward done.
 *
 * Along a line that has some outputs, and the place of each (of a group), the others are taken for still, and the
 * instance is left as backward leaves it. *is_left: what is to be asked next only a line of all of them can tell.
 */
gchk_status gchk_look_at_outputs(gchk_tensor_line *l, size_t element, gchk_look *look, bool *is_left,
                                 gchk_error *error) GCHK_MUST_USE;

/*
 * The analytic gradient of the line's tensor for the upstream gradient v: of a float layer with a twin its own. Costs a
 * forward and a backward, after which another forward is to be done.
 */
gchk_status gchk_line_gradient(gchk_tensor_line *l, const double *v, double *gradient, gchk_error *error) GCHK_MUST_USE;

#endif
