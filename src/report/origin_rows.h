/* What results say of the files that they are made of. */
#ifndef GCHK_REPORT_ORIGIN_ROWS_H
#define GCHK_REPORT_ORIGIN_ROWS_H

#include "gradcheck/origins.h"

/* Appends the files to the rows of a result, which copies them. False: out of memory. */
bool gchk_origins_write(const gchk_origins *origins, gchk_result *result) GCHK_MUST_USE;

#endif
