/*
 * Short rows: x/max(|x|, eps), cosines, deviations with a floor have another derivative where the norm is below the
 * floor, and no row of usual numbers is.
 */
#ifndef GCHK_START_SHORTEN_H
#define GCHK_START_SHORTEN_H

#include "instance/instance.h"

/*
 * Multiplies tensor i by a power of two where its length does not change the outputs but for a floor that is found on
 * the way down: the largest that leaves no more than half of how far the outputs are from those of zeros, all together.
 * Leaves the tensor as it is where twice its values give other outputs, by more than a millionth of the largest (a
 * mistake in what does that shows elsewhere), where zeros give none, where there is no floor, and where something
 * underflows at it, which looks like one. Forward is then to be done anew. Costs two forwards, three or four without a
 * floor, twelve with one.
 */
gchk_status gchk_shorten(gchk_instance *instance, size_t i, bool *is_shorter, gchk_error *error) GCHK_MUST_USE;

#endif
