/* Is the point on a tread: between two jumps of the function that no difference within them sees? */
#ifndef GCHK_NUMERIC_TREADS_H
#define GCHK_NUMERIC_TREADS_H

#include "numeric/derivative.h"

/*
 * Looks, for one draw whose derivative `g` is not, along both sides of x for jumps that would make up for the
 * difference. `space` has 2 output_count doubles. No evaluation where the difference is large and the steps agree with
 * each other up to the largest; else up to about 170. The variable is left wherever the last evaluation put it. Errors:
 * what evaluate returns.
 */
gchk_status gchk_find_treads(const gchk_line *line, size_t draw, const gchk_derivative *derivative, double g,
                             double *space, bool *are_there, gchk_error *error) GCHK_MUST_USE;

#endif
