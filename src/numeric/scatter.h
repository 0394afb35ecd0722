/* Do differences at steps in no ratio to those of the ladder scatter more than the bound of the chosen one knows? */
#ifndef GCHK_NUMERIC_SCATTER_H
#define GCHK_NUMERIC_SCATTER_H

#include "numeric/derivative.h"

/*
 * How far differences of sum v_j y_j at steps around that of `derivative` are from where a smooth function has them,
 * beyond its rounding; 0 where that is little beside its bound, and where it is not smooth. `space` has room for
 * 3 output_count. Up to 23 evaluations.
 */
gchk_status gchk_find_scatter(const gchk_line *line, const double *v, const gchk_derivative *derivative, double *space,
                              double *scatter, gchk_error *error) GCHK_MUST_USE;

#endif
