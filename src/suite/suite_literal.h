/* Numbers that are written down in a suite: one, or nested lists of them. */
#ifndef GCHK_SUITE_SUITE_LITERAL_H
#define GCHK_SUITE_SUITE_LITERAL_H

#include "suite/suite_value.h"

/* Nested lists into the fill, the shape and the class of `value`, whose name is set. */
gchk_status gchk_suite_read_literal(const gchk_suite_reader *reader, const gchk_yaml *node,
                                    gchk_suite_value *value) GCHK_MUST_USE;

/* One number, of no shape of its own. */
gchk_status gchk_suite_read_number(const gchk_suite_reader *reader, const gchk_yaml *node,
                                   gchk_suite_value *value) GCHK_MUST_USE;

#endif
