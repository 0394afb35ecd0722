/* `suppress`: findings of a case that are known. */
#ifndef GCHK_SUITE_SUITE_SUPPRESS_H
#define GCHK_SUITE_SUITE_SUPPRESS_H

#include "suite/suite_case.h"

/* Reads the case's rows, in the reader's arena. */
gchk_status gchk_suite_read_suppressions(const gchk_suite_case *c, const gchk_suppression **suppressions,
                                         size_t *count) GCHK_MUST_USE;

#endif
