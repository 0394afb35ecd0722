/* Jobs along the lines of elements (line_job.h) of a tensor whose layer varies: what all of them want is one call. */
#ifndef GCHK_LINES_VARY_REPLAY_H
#define GCHK_LINES_VARY_REPLAY_H

#include <stdint.h>

#include "lines/line_job.h"

/* Losses that vary gave before: the k-th of element i is at [k * stride + place[i]]. */
typedef struct gchk_known_points {
  const double *value, *loss;
  size_t count, stride;
  const size_t *place; /* one an element; GCHK_NOT_KNOWN: there are none of it */
} gchk_known_points;
#define GCHK_NOT_KNOWN SIZE_MAX

/*
 * Does the job for all of these elements, in rounds: each is attempted until it wants evaluations that are not there,
 * all that are wanted are one call of vary, and they are attempted again. l->varies must be set. What is `known` is not
 * evaluated again.
 */
gchk_status gchk_vary_replay(gchk_tensor_line *l, const gchk_line_job *job, const size_t *elements, size_t count,
                             const gchk_known_points *known, size_t known_count, gchk_error *error) GCHK_MUST_USE;

#endif
