/* Filling a tensor before forward. */
#ifndef GCHK_INSTANCE_FILL_H
#define GCHK_INSTANCE_FILL_H

#include "gradcheck/random.h"
#include "instance/sizes.h"

/*
 * Fills `tensor->value` as `fill` says, each real at least `keep_away` from `kink`. Sizes are for `fill->below`.
 * GCHK_INVALID when it does not fit the tensor (a one-hot index tensor, a label range of 0, a wrong number of values).
 */
gchk_status gchk_fill_tensor(const gchk_tensor *tensor, const gchk_fill *fill, double keep_away, double kink,
                             const gchk_sizes *sizes, gchk_random *random, gchk_error *error) GCHK_MUST_USE;

bool gchk_fill_has_range(const gchk_fill *fill, double *low, double *high); /* on [low, high), by its kind */

#endif
