/* Differences along a line through many variables at once, for probes that compare a sum of gradients. */
#ifndef GCHK_CALLS_PROBE_DIRECTION_H
#define GCHK_CALLS_PROBE_DIRECTION_H

#include "calls/probe_tools.h"

/* Elements from .. to, `to` not included. */
typedef struct gchk_span {
  size_t from, to;
} gchk_span;

/* x + t step, over all differentiated tensors of an instance. */
typedef struct gchk_direction {
  gchk_instance *instance;
  gchk_gradients base, step; /* of[i]: NULL where tensor i is not differentiated */
  double *space;             /* for one slope at a time */
  gchk_span *moved;          /* of each tensor, the elements that have a step lie within: set by a slope */
} gchk_direction;

/* The line through the values that the instance has, with a step of zero everywhere. */
gchk_status gchk_direction_init(gchk_direction *direction, gchk_probe *probe, gchk_instance *instance,
                                gchk_error *error) GCHK_MUST_USE;

/*
 * The derivative along the line of the outputs projected on the upstream gradient, and what the gradients g say it is.
 * The bound of the derivative holds what rounding of x + t step and of the sum of g adds. The instance is left at t = 0
 * with its forward done. About twenty forwards.
 */
gchk_status gchk_direction_slope(const gchk_direction *direction, gchk_probe *probe, const gchk_gradients *g,
                                 gchk_derivative *derivative, double *slope, gchk_error *error) GCHK_MUST_USE;

#endif
