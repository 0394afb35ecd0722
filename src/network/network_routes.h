/* What follows from a change of a row, and the graph for reports. */
#ifndef GCHK_NETWORK_NETWORK_ROUTES_H
#define GCHK_NETWORK_NETWORK_ROUTES_H

#include "network/network_model.h"

/* One step: a node, and the one tensor of it that changed in one element; GCHK_NONE: its forward is run. */
typedef struct gchk_route_step {
  size_t node, slot;
} gchk_route_step;

/*
 * The steps after a change of `row`, at most one a node; returns how many. 0: nothing follows, or forward writes the
 * row itself. `dirty` is room for a flag a row. Takes time in proportion to the tensors of all nodes.
 */
size_t gchk_network_route(const gchk_network *network, size_t row, bool *dirty, gchk_route_step *steps);

/* Fills in the graph of a network that is laid out. */
gchk_status gchk_network_make_graph(gchk_network *network, gchk_error *error) GCHK_MUST_USE;

#endif
