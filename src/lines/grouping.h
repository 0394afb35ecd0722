/* Whether elements of a tensor may be evaluated together: looked for once, and kept with the tensor's work. */
#ifndef GCHK_LINES_GROUPING_H
#define GCHK_LINES_GROUPING_H

#include "pattern/pattern.h"

/* Of an element by itself, on average: three steps, and some elements take more. */
enum { GCHK_USUAL_EVALUATIONS = 7 };

/*
 * The most forwards that it takes to find a pattern without windows, and to audit it; 0: elements of this tensor are
 * evaluated one by one.
 */
size_t gchk_grouping_cost(const gchk_case_work *work, const gchk_tensor_work *tensor);

/*
 * *pattern: of the tensor at the point where work->instance is, in the scratch memory of the work; NULL where there is
 * none, or where forward does not give the same twice. It is still to be audited. Windows (pattern/dependence.h) are
 * looked for within `most` forwards.
 */
gchk_status gchk_find_grouping(gchk_case_work *work, gchk_tensor_work *tensor, double most, gchk_pattern **pattern,
                               gchk_error *error) GCHK_MUST_USE;

/* *holds: the pattern that was found stood its audit (pattern_audit.h). */
gchk_status gchk_audit_grouping(gchk_case_work *work, gchk_tensor_work *tensor, bool *holds,
                                gchk_error *error) GCHK_MUST_USE;

/*
 * Are so many groups of `count` elements worth it? One has four elements on average, at least; and where the layer has
 * an update for the tensor, which `by_update` says, their forwards are fewer operations than the updates.
 */
bool gchk_groups_pay(const gchk_case_work *work, const gchk_tensor_work *tensor, size_t groups, size_t count,
                     bool by_update);

/* How many groups all elements make: in each phase as many as the class has that has most. Leaves it in any phase. */
size_t gchk_group_count(gchk_pattern *pattern);

#endif
