/* The callbacks of a network's layer. */
#ifndef GCHK_NETWORK_NETWORK_RUN_H
#define GCHK_NETWORK_NETWORK_RUN_H

#include "network/network_model.h"

/* Gives the layer its callbacks, the optional ones as far as some node has them. The network is laid out. */
void gchk_network_set_callbacks(const gchk_network *network, gchk_layer *layer);

/* backward of the n-th node alone: gchk_graph.backward. */
gchk_status gchk_network_node_backward(const gchk_call *call, size_t n, const double *const *upstream,
                                       double *const *gradients, gchk_error *error) GCHK_MUST_USE;

#endif
