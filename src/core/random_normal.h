/* Normal random numbers by the array. */
#ifndef GCHK_CORE_RANDOM_NORMAL_H
#define GCHK_CORE_RANDOM_NORMAL_H

#include "gradcheck/random.h"

enum { GCHK_NORMALS = 256 }; // that are drawn at once

/* The same numbers as so many calls of gchk_random_normal, to the bit, and leaves the generator where they do. */
void gchk_random_normals(gchk_random *random, double *x, size_t count);

/* Numbers that were drawn and not yet taken; starts as {0}. */
typedef struct gchk_normals {
  double x[GCHK_NORMALS];
  size_t count, taken;
} gchk_normals;

/* The next number, of which `wanted` are, this one among them: no more are drawn. */
static inline double gchk_next_normal(gchk_normals *normals, gchk_random *random, size_t wanted) {
  if (normals->taken == normals->count) {
    normals->count = wanted < GCHK_NORMALS ? wanted : GCHK_NORMALS;
    normals->taken = 0;
    gchk_random_normals(random, normals->x, normals->count);
  }
  return normals->x[normals->taken++];
}

#endif
