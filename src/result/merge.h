/*
 * Shards put together: the results of `--shard 1/N` ... `--shard N/N` become the result of one run.
 *
 * Shard I holds the cases with index % N == I - 1 of the run, in their order. What the merged result writes as JSON is
 * what the one run writes, but for `environment` and `timing`: the environment is that of shard 1, times and calls are
 * summed.
 */
#ifndef GCHK_RESULT_MERGE_H
#define GCHK_RESULT_MERGE_H

#include "gradcheck/result.h"

/*
 * `names` are the files, for messages. The merged result borrows strings and cases from the shards, which must outlive
 * it. GCHK_INVALID when they are not the shards of one run (tool, seed, configuration, title), one is missing or comes
 * twice, or their numbers of cases do not fit together. A shard that was interrupted makes the whole incomplete.
 */
gchk_status gchk_merge(const gchk_result *const *shards, const char *const *names, size_t count, gchk_result **merged,
                       gchk_error *error) GCHK_MUST_USE;

#endif
