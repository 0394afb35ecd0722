/*
 * A run against an earlier one: what got worse.
 *
 * Tensors are matched by case, tensor, shape, dtype and scheme (with its step). A regression is a new fail, a verdict
 * that got worse, a mean difference that grew by a decade and is above its error bound, or a tensor that vanished.
 * Machine, threads, date and times are not looked at.
 */
#ifndef GCHK_RESULT_BASELINE_H
#define GCHK_RESULT_BASELINE_H

#include "core/arena.h"
#include "gradcheck/result.h"

/*
 * `file` names the baseline in reports. The changes are in the order of `current`, then what vanished in the order of
 * `before`. All memory is the arena's: that of `current` when the changes go into it. What another shard has has not
 * vanished; nor has what is not there where `current` is a shard that does not know the others' cases (it was read from
 * a file), was interrupted, or had another filter than `before`.
 */
gchk_status gchk_baseline_compare(gchk_arena *arena, const char *file, const gchk_result *before,
                                  const gchk_result *current, gchk_baseline_result *changes,
                                  gchk_error *error) GCHK_MUST_USE;

#endif
