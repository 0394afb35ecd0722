/* A case of a network. */
#ifndef GCHK_SUITE_SUITE_NETWORK_H
#define GCHK_SUITE_SUITE_NETWORK_H

#include "suite/suite_case.h"

/* `network: [...]`: builds it, and sets the case's layer. */
gchk_status gchk_suite_network(gchk_suite_case *c, const gchk_yaml *list) GCHK_MUST_USE;

/* The case has no keys that are for one layer. */
gchk_status gchk_suite_check_network_keys(const gchk_suite_case *c) GCHK_MUST_USE;

#endif
