/*
 * What a call of a layer costs, in operations that are counted from its sizes: the same on every machine.
 *
 * An operation is one of a product of matrices, of which a usual core does some 2e10 a second. What a layer declares
 * (gchk_layer.operations, gchk_tensor_spec.update_operations) is what counts. Of a layer that declares nothing it is
 * known that it touches its tensors.
 */
#ifndef GCHK_COST_OPERATIONS_H
#define GCHK_COST_OPERATIONS_H

#include "gradcheck/layer.h"

/*
 * Of one forward. GCHK_INVALID for a declaration that is no size
 * expression, or names a size that the layer does not have.
 */
gchk_status gchk_count_forward(const gchk_layer *layer, const gchk_sizes *sizes, double *operations,
                               gchk_error *error) GCHK_MUST_USE;

/* Of one update of an element of `tensor` alone: 0 where nothing is declared. */
gchk_status gchk_count_update(const gchk_layer *layer, size_t tensor, const gchk_sizes *sizes, double *operations,
                              gchk_error *error) GCHK_MUST_USE;

/* Of putting back, before an update, what forward made. */
double gchk_count_putting_back(const gchk_layer *layer, const gchk_sizes *sizes);

#endif
