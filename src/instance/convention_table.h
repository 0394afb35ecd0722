/* What a layer's table says of how it is called: does it make sense, and do two tables say the same? */
#ifndef GCHK_INSTANCE_CONVENTION_TABLE_H
#define GCHK_INSTANCE_CONVENTION_TABLE_H

#include "gradcheck/layer.h"

/* GCHK_INVALID with the remedy. The rows have been validated: they have names, roles and shapes. */
gchk_status gchk_conventions_validate(const gchk_layer *layer, gchk_error *error) GCHK_MUST_USE;

/*
 * The first convention of which two tables of the same tensors say other things, as a field's name; NULL: none. Rates
 * agree to the rounding of float.
 */
const char *gchk_conventions_first_difference(const gchk_layer *a, const gchk_layer *b);

/* What a network cannot do with a layer, as a field's name, beside whatever else it declares; NULL: nothing. */
const char *gchk_conventions_beyond_networks(const gchk_layer *layer);

#endif
