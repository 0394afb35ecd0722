/* Points at which vary of a network is tried: POINTS of each element of a tensor. */
#ifndef CHECKS_NETWORK_VARY_POINTS_H
#define CHECKS_NETWORK_VARY_POINTS_H

#include "instance/instance.h"

enum { POINTS = 12 }; /* nearby, across kinks, so large that something overflows, and what no number is */

typedef struct vary_points {
  gchk_variants variants;
  size_t *element;
  double *value, *loss, base;
} vary_points;

/* To be freed; the element's value is the first of its points. */
vary_points all_points(const gchk_instance *instance, size_t tensor_index);
void free_points(vary_points *p);

/* Their losses, by one call; false where it is not done. */
bool vary(gchk_instance *instance, vary_points *p);

#endif
