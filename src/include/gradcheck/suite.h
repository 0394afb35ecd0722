/*
 * Suite files: YAML lists of cases, with the data that they name.
 *
 * `gradcheck help suite` and gchk_suite_manual print the manual of the format. Loading a suite builds every layer and
 * network that it names, so that all that is wrong with it is said before anything runs.
 */
#ifndef GRADCHECK_SUITE_H
#define GRADCHECK_SUITE_H

#include <stdio.h>

#include "gradcheck/check.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct gchk_suite gchk_suite;

/*
 * Loads a suite. `dtype` overrides that of every case (GCHK_DTYPE_UNSET: as the file says, f64 by default).
 * GCHK_INVALID with file:line:column, what was found and what would be right; GCHK_IO when a file cannot be read.
 */
GCHK_API gchk_status gchk_suite_load(gchk_suite **suite, const char *path, gchk_dtype dtype,
                                     gchk_error *error) GCHK_MUST_USE;
GCHK_API void gchk_suite_free(gchk_suite *suite);

/* Its cases, in the order of the file; they belong to the suite. */
GCHK_API const gchk_case *gchk_suite_cases(const gchk_suite *suite, size_t *count);

/* Prints the manual of the format: every key with what it does. */
GCHK_API void gchk_suite_manual(FILE *out);

#ifdef __cplusplus
}
#endif
#endif
