/*
 * Inputs that take branches which the ordinary ones do not: looked for by calling forward and backward at many points,
 * led by the numbers that the code compares with.
 */
#ifndef GCHK_REACH_STEER_H
#define GCHK_REACH_STEER_H

#include "reach/reach.h"
#include "reach/steer_point.h"

enum { GCHK_MOST_STEER_POINTS = 4 };

/* What was found; plain data, in memory that processes may share. */
typedef struct gchk_steered {
  uint64_t calls; /* of forward */
  size_t count;   /* grows when a point is whole */
  gchk_steer_point points[GCHK_MOST_STEER_POINTS];
} gchk_steered;

/*
 * Looks for points at which backward takes branches that it has not taken yet, of functions that it has reached: at up
 * to `budget` of them, each a forward and a backward, and some more to make what was found small. Each point has the
 * fewest changes that were found to do. Whatever the layer does at such values, it does: it is called in a process of
 * its own (run_apart.h). Where memory runs out, what was found is all.
 */
void gchk_steer(gchk_reach *reach, const gchk_case *spec, uint64_t seed, uint64_t budget, gchk_steered *found);

#endif
