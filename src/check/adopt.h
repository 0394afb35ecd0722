/* Structs that callers fill, of whatever version they were built with. */
#ifndef GCHK_CHECK_ADOPT_H
#define GCHK_CHECK_ADOPT_H

#include "core/arena.h"
#include "gradcheck/check.h"

/*
 * Takes over what a caller filled in: its first `size` bytes, the rest 0. GCHK_INVALID for a size that no version
 * had, and for one of a later version with something in the part that this one does not know.
 */
gchk_status gchk_adopt_options(gchk_options *own, const gchk_options *given, gchk_error *error) GCHK_MUST_USE;

/*
 * The same for `count` cases and their settings. What is of this version already is borrowed, so that *own is then
 * `given`; the rest is copied into `arena`. All cases, and all settings of one case, must have one size.
 */
gchk_status gchk_adopt_cases(const gchk_case **own, const gchk_case *given, size_t count, gchk_arena *arena,
                             gchk_error *error) GCHK_MUST_USE;

#endif
