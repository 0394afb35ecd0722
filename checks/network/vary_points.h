/* Points at which vary of a network is tried: POINTS of each element of a tensor. */
#ifndef CHECKS_NETWORK_VARY_POINTS_H
#define CHECKS_NETWORK_VARY_POINTS_H

#include "gradcheck/network.h"
#include "instance/instance.h"

enum { POINTS = 12 }; /* nearby, across kinks, so large that something overflows, and what no number is */

typedef struct vary_points {
  gchk_variants variants;
  size_t *element;
  double *value, *loss, base;
} vary_points;

/* To be freed; the element's value is the first of its points. With sanitizers some elements of a large tensor. */
vary_points all_points(const gchk_instance *instance, size_t tensor_index);
void free_points(vary_points *p);

/* Their losses, by one call; false where it is not done. */
bool vary(gchk_instance *instance, vary_points *p);

/* The loss of `slow` at a point of `base`: by a forward of everything, or of what forward makes itself, by update. */
double loss_at(gchk_instance *slow, const gchk_instance *base, size_t tensor_index, size_t element, double value);

/*
 * The first point at which the loss and that of `slow`, which is given the values of `base` and the point's, differ by
 * more than some roundings of the largest term, or the count of points.
 */
size_t first_difference(const vary_points *p, gchk_instance *slow, const gchk_instance *base);

/* A network, and two instances of it. */
void free_instances(gchk_network *network, gchk_instance *fast, gchk_instance *slow);

#endif
