/* The elements of a tensor decided in groups (groups.h). */
#ifndef GCHK_DECIDE_DECIDE_GROUPS_H
#define GCHK_DECIDE_DECIDE_GROUPS_H

#include "decide/look.h"
#include "lines/groups.h"

/*
 * Decides all elements that are checked and keeps what is known of them. What does not pass in its group is decided
 * once more by itself; where many were, and are wrong, the verdict of the group stands for the rest. Afterwards
 * gchk_groups_hold says whether all of it is to be believed. `look` is where elements are looked at.
 */
gchk_status gchk_decide_groups(gchk_tensor_line *l, gchk_groups *groups, gchk_look *look,
                               gchk_error *error) GCHK_MUST_USE;

#endif
