/* A case of one layer. */
#ifndef GCHK_SUITE_SUITE_LAYER_H
#define GCHK_SUITE_SUITE_LAYER_H

#include "suite/suite_case.h"

/* `layer: NAME`: sets the case's layer, sizes and options. */
gchk_status gchk_suite_single_layer(gchk_suite_case *c, const gchk_yaml *name) GCHK_MUST_USE;

/* The same without shapes: sets its layer, one of those of the name that can have its values and options. */
gchk_status gchk_suite_outline_layer(gchk_suite_case *c, const gchk_yaml *name) GCHK_MUST_USE;

#endif
