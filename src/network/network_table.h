/* The table of a finished network, and the home of every gradient. */
#ifndef GCHK_NETWORK_NETWORK_TABLE_H
#define GCHK_NETWORK_NETWORK_TABLE_H

#include "network/network_model.h"

/*
 * Makes the rows from the values and the nodes' own tensors, and says of every slot where its value and its gradient
 * are. Finds the node whose callback gives the loss. GCHK_INVALID when nothing reads a value, or what must be last is
 * not.
 */
gchk_status gchk_network_lay_out(gchk_network *network, gchk_error *error) GCHK_MUST_USE;

#endif
