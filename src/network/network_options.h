/* The options of a network's layer. */
#ifndef GCHK_NETWORK_NETWORK_OPTIONS_H
#define GCHK_NETWORK_NETWORK_OPTIONS_H

#include "network/network_model.h"

/* Gives the layer the options of the nodes, by the names node.option, with the values that they were given. */
gchk_status gchk_network_set_options(gchk_network *network, gchk_layer *layer, gchk_error *error) GCHK_MUST_USE;

#endif
