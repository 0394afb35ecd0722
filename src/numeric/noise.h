/* The noise of a function. */
#ifndef GCHK_NUMERIC_NOISE_H
#define GCHK_NUMERIC_NOISE_H

#include "numeric/derivative.h"

/*
 * The noise sigma of phi_v for every draw, by ECNoise along the line (Moré and Wild, SIAM J. Sci. Comput. 33(3),
 * 2011). 0 where no noise was found. 18 evaluations, fewer where nothing moves, up to five times that where values tie,
 * or where what was found is large and must be told from a kink. `space` has output_count doubles. The function is
 * never evaluated where x is not finite.
 *
 * is_smooth: NULL, or a flag a draw: does this element say what the noise of the forward is? False where the outputs do
 * not move at all near x, and where a kink or an oscillation shows whose size may have been taken for noise. Of several
 * elements the median of the smooth ones is the noise; where none is smooth, the smallest sigma is the best guess.
 */
gchk_status gchk_measure_noise(const gchk_line *line, double *space, double *sigma, bool *is_smooth,
                               gchk_error *error) GCHK_MUST_USE;

#endif
