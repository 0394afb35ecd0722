/* The elements of a tensor by the groups that are perturbed together. */
#ifndef GCHK_PATTERN_GROUP_ORDER_H
#define GCHK_PATTERN_GROUP_ORDER_H

#include "pattern/pattern.h"

/* Of every class of a phase the first element that is wanted makes a group, the second another one, and so on. */
typedef struct gchk_group_order {
  size_t count;     /* of groups, those of the first phase first */
  size_t *elements; /* all that are wanted, group by group, ascending in each */
  size_t *start;    /* count + 1: where a group begins in them */
} gchk_group_order;

/* The order of `count` elements, none of which is there twice; in the arena. Leaves the pattern in any phase. */
gchk_status gchk_order_by_group(gchk_pattern *pattern, gchk_arena *arena, const size_t *elements, size_t count,
                                gchk_group_order *order, gchk_error *error) GCHK_MUST_USE;

#endif
