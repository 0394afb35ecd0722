/* What a network's forward and its updates cost. */
#ifndef GCHK_NETWORK_NETWORK_COST_H
#define GCHK_NETWORK_NETWORK_COST_H

#include "network/network_model.h"

/*
 * Declares the operations of a network that is laid out: of its forward, the sum over its nodes, and of an update of
 * each row that is differentiated: of the first node that reads it, by that node's update where it has one, and of the
 * forward of all nodes after it, of which some may not depend on it.
 */
gchk_status gchk_network_declare_operations(gchk_network *network, gchk_layer *layer, gchk_error *error) GCHK_MUST_USE;

#endif
