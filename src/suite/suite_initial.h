/* Initialisations by name: random numbers of a size that comes from how many of them an output sums. */
#ifndef GCHK_SUITE_SUITE_INITIAL_H
#define GCHK_SUITE_SUITE_INITIAL_H

#include "instance/sizes.h"
#include "suite/suite_value.h"

/* `he: true`, or with fans of one's own, `he: 784` and `xavier: [784, 50]`, into the value. */
gchk_status gchk_suite_read_initial(const gchk_suite_reader *reader, const gchk_yaml *node, const char *key,
                                    gchk_suite_value *value) GCHK_MUST_USE;

/*
 * Makes a fill of the value's initialisation, for the tensor of `layer` that it is; of a value that is filled another
 * way, or was made so for a layer before, nothing. GCHK_INVALID where the fans are needed and the shape tells none.
 */
gchk_status gchk_suite_initialise(const gchk_suite_reader *reader, const gchk_layer *layer, size_t row,
                                  const gchk_sizes *sizes, gchk_suite_value *value) GCHK_MUST_USE;

#endif
