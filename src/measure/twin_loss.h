/* What a float backward loses beside that of its double twin, where both are. */
#ifndef GCHK_MEASURE_TWIN_LOSS_H
#define GCHK_MEASURE_TWIN_LOSS_H

#include "measure/work.h"

/* Upstream gradients of `draw`, each moved by up to so many units of float, as the float layer `single` reads them. */
void gchk_move_upstream(const gchk_case_work *work, const gchk_instance *single, size_t draw, double units,
                        uint64_t seed, double *moved);

/*
 * g32 - g64 for the upstream gradient v into `loss`, and g64 into `of_twin`, for the k-th of work->tensors each;
 * work->instance is the twin, and holds the values of `single`. *is_there is false where the layer has no gradients
 * there. GCHK_NO_MEMORY. A forward and a backward of each.
 */
gchk_status gchk_find_twin_loss(gchk_case_work *work, gchk_instance *single, const double *v, double **loss,
                                double **of_twin, bool *is_there, gchk_error *error) GCHK_MUST_USE;

#endif
