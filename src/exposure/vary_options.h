/*
 * Other values of a layer's options, where a suite or a plug-in says none: the ends of the range that its row declares,
 * 0 and 1, and a third value in between.
 *
 * A term that only an option switches on, an exponent that only its initial value makes right, a factor that is 1 by
 * default: they show at another value alone.
 */
#ifndef GCHK_EXPOSURE_VARY_OPTIONS_H
#define GCHK_EXPOSURE_VARY_OPTIONS_H

#include "gradcheck/layer.h"

enum { GCHK_OTHER_VALUES = 5 };

/*
 * Writes other values of option i, the most telling one first, and returns how many. None for the rate of a training
 * step and for the label that is ignored, which are no part of the function; no end that is far beyond the others
 * (it may count iterations); and whole numbers alone where the row's are whole.
 */
size_t gchk_other_option_values(const gchk_layer *layer, size_t i, double values[GCHK_OTHER_VALUES]);

#endif
