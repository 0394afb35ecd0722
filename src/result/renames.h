/* What vanished may be called otherwise now: the one to ask about. */
#ifndef GCHK_RESULT_RENAMES_H
#define GCHK_RESULT_RENAMES_H

#include "core/arena.h"
#include "gradcheck/result.h"

/* The new names that were offered so far, each once; after so many looks, or among more tensors, none is offered. */
enum { GCHK_MOST_RENAMES = 16, GCHK_RENAMED_AMONG = 1000 };
typedef struct gchk_renames {
  const void *taken[GCHK_MOST_RENAMES];
  size_t count, looks;
} gchk_renames;

/*
 * "CASE:OLD=NEW" where `now` has a tensor of the role, dtype and shape of `lost`, of a name that `old` did not have;
 * "" where it has none. NULL: out of memory, which the arena has noted.
 */
const char *gchk_renamed_tensor(gchk_renames *renames, gchk_arena *arena, const gchk_case_result *old,
                                const gchk_case_result *now, const gchk_tensor_result *lost);

/* "OLD=NEW" where one of the `added` cases has the precision and the tensors of `lost`; "" and NULL likewise. */
const char *gchk_renamed_case(gchk_renames *renames, gchk_arena *arena, const gchk_case_result *const *added,
                              size_t added_count, const gchk_case_result *lost);

#endif
