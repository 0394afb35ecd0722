/* The named values of a network while it is built: finding and appending them. */
#ifndef GCHK_NETWORK_NETWORK_VALUES_H
#define GCHK_NETWORK_NETWORK_VALUES_H

#include "network/network_model.h"

/* The value's index, or GCHK_NONE. */
size_t gchk_network_find_value(const gchk_network *network, const char *name);

/* Appends a value and returns it, zero but for its name, of which it takes a copy; NULL when out of memory. */
gchk_value *gchk_network_append_value(gchk_network *network, const char *name);

#endif
