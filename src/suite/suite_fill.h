/* How a value is filled: normal, uniform, labels, ... `x: {shape: [3, 4], normal: 0.5}`. */
#ifndef GCHK_SUITE_SUITE_FILL_H
#define GCHK_SUITE_SUITE_FILL_H

#include "suite/suite_keys.h"
#include "suite/suite_value.h"

/* The fill of a map without a file, of which there is at most one; none with a shape means: as the layer fills it. */
gchk_status gchk_suite_read_fill(const gchk_suite_reader *reader, const gchk_value_keys *keys,
                                 gchk_suite_value *value) GCHK_MUST_USE;

#endif
