/* Which of its faster forwards a layer has for a tensor. */
#ifndef GCHK_LINES_WAYS_H
#define GCHK_LINES_WAYS_H

#include "measure/work.h"

typedef enum gchk_way { GCHK_BY_FORWARD = 0, GCHK_BY_UPDATE, GCHK_BY_VARY } gchk_way;

/* May update and vary stand for what is differenced? They are other forwards than a surrogate, and of one element. */
bool gchk_can_update(const gchk_case_work *work, const gchk_tensor_work *tensor);

/*
 * The way that lines of the tensor's elements go (tensor_line.h) unless an audit is against it: asked for the point
 * where work->instance is, forward done. *operations: what vary says of one of its points (gchk_variants.operations);
 * else as it is. Costs a point of vary, or an update, which may write outputs and caches anew.
 */
gchk_status gchk_find_way(gchk_case_work *work, const gchk_tensor_work *tensor, gchk_way *way, double *operations,
                          gchk_error *error) GCHK_MUST_USE;

/* Operations of an element by update, counted; GCHK_INVALID for what the layer declares wrongly. */
gchk_status gchk_count_by_update(const gchk_case_work *work, const gchk_tensor_work *tensor, double *operations,
                                 gchk_error *error) GCHK_MUST_USE;

#endif
