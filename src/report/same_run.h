/* Whether results can be parts of one run. */
#ifndef GCHK_REPORT_SAME_RUN_H
#define GCHK_REPORT_SAME_RUN_H

#include "gradcheck/result.h"
#include "gradcheck/status.h"

/* What two results of one run cannot differ in, whatever cases they have; NULL when they do not. */
const char *gchk_run_difference(const gchk_result *a, const gchk_result *b);

/* The same of two shards. */
const char *gchk_shard_difference(const gchk_result *a, const gchk_result *b);

/*
 * Were the results made of the same files? Else GCHK_INVALID, which says of the one called `name` what differs from
 * that called `first_name`. Where one of them does not say what it is made of, they were not.
 */
gchk_status gchk_origins_compare(const gchk_result *result, const char *name, const gchk_result *first,
                                 const char *first_name, gchk_error *error) GCHK_MUST_USE;

#endif
