/* Points of one element that were evaluated together, before they are asked for. */
#ifndef GCHK_LINES_FORESEEN_H
#define GCHK_LINES_FORESEEN_H

#include <stdbool.h>
#include <stddef.h>

#include "numeric/derivative.h"

typedef struct gchk_foreseen {
  size_t count;
  double x[GCHK_MOST_EXPECTED], y[GCHK_MOST_EXPECTED]; /* the loss there */
} gchk_foreseen;

/* Is x there? Then its loss is *y. */
bool gchk_foreseen_find(const gchk_foreseen *foreseen, double x, double *y);

/*
 * Puts those of `count` points (GCHK_MOST_EXPECTED at most) that are not there behind those that are, which make room
 * where there is too little, and says where they begin; their y is the caller's to fill in.
 */
size_t gchk_foreseen_add(gchk_foreseen *foreseen, const double *x, size_t count);

#endif
