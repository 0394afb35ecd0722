/* A layer's `vary`: many points of one tensor at once. */
#ifndef GCHK_MEASURE_VARY_H
#define GCHK_MEASURE_VARY_H

#include "instance/instance.h"

/*
 * The losses at all points of `variants`, or *done = false, with nothing written, where the layer has no vary or no
 * way to do it. The instance holds what a forward left. Counted as one forward a point, as updates are.
 */
gchk_status gchk_vary(gchk_instance *instance, const gchk_variants *variants, bool *done,
                      gchk_error *error) GCHK_MUST_USE;

#endif
