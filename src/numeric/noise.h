/* The noise of a function. */
#ifndef GCHK_NUMERIC_NOISE_H
#define GCHK_NUMERIC_NOISE_H

#include "numeric/derivative.h"

/*
 * The noise sigma of phi_v for every draw, by ECNoise along the line (Moré and Wild, SIAM J. Sci. Comput. 33(3),
 * 2011).
 * 0 where no noise was found. 18 evaluations, fewer where nothing moves, up to five times that where values tie, or
 * where what was found is large and must be told from a kink.
 */
gchk_status gchk_measure_noise(const gchk_line *line, double *space, double *sigma, gchk_error *error) GCHK_MUST_USE;

#endif
