/* What follows from a change of a row, and the graph for reports. */
#ifndef GCHK_NETWORK_NETWORK_ROUTES_H
#define GCHK_NETWORK_NETWORK_ROUTES_H

#include "network/network_model.h"

/* Fills in the routes and the graph of a network that is laid out. */
gchk_status gchk_network_make_routes(gchk_network *network, gchk_error *error) GCHK_MUST_USE;

#endif
