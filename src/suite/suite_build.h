/* Building a case: from its map in the suite file to a gchk_case. */
#ifndef GCHK_SUITE_SUITE_BUILD_H
#define GCHK_SUITE_SUITE_BUILD_H

#include "gradcheck/check.h"
#include "suite/suite_case.h"

/*
 * Reads `case_map` into *out; all that it points to belongs to the reader's arena and its list of networks. Where the
 * reader leaves files, a case that names some is outlined (suite_outline.h).
 */
gchk_status gchk_suite_case_read(gchk_suite_reader *reader, const gchk_yaml *case_map, gchk_case *out) GCHK_MUST_USE;

/* The two halves of it: keys and values; then the layer or network of those values, and the gchk_case. */
gchk_status gchk_suite_case_begin(gchk_suite_reader *reader, const gchk_yaml *case_map,
                                  gchk_suite_case *c) GCHK_MUST_USE;
gchk_status gchk_suite_case_end(gchk_suite_case *c, gchk_case *out) GCHK_MUST_USE;

#endif
