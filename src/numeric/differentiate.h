/* One numeric derivative with its error bound. */
#ifndef GCHK_NUMERIC_DIFFERENTIATE_H
#define GCHK_NUMERIC_DIFFERENTIATE_H

#include "numeric/derivative.h"

/* How many doubles gchk_differentiate works in. */
size_t gchk_differentiate_space(size_t output_count);
enum { GCHK_DIFFERENTIATE_ONE = 6 }; /* of one output */

/*
 * Differentiates `line` for every draw. `result` has draw_count elements; `space` has
 * gchk_differentiate_space(output_count) doubles. The variable is left wherever the last evaluation put it: the caller
 * restores it, bit for bit. Cost: six evaluations where the first three steps settle or nothing moves however far one
 * goes (eight where something moves far away only), more as the bound asks for them; up to four more for a jacobian_row
 * where the chosen step was not the last one taken. Counted by the caller. Errors: what evaluate returns. Non-finite
 * samples are no error: they disqualify their step. evaluate is never called with an x that is not finite.
 */
gchk_status gchk_differentiate(const gchk_line *line, const gchk_ladder *ladder, double *space, gchk_derivative *result,
                               gchk_error *error) GCHK_MUST_USE;

#endif
