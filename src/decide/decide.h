/*
 * Looking at one element until it is decided: the short ladder; where that does not pass, all steps anew; where that
 * does not tell either, every output by itself; and, at a kink, how many units kink there. What is still open after
 * that is tried again at other base points (retry.h). Checking and explaining share this: there is one judgement,
 * but that a check does not confirm every failure of a tensor that is known to be wrong (confirm.h).
 */
#ifndef GCHK_DECIDE_DECIDE_H
#define GCHK_DECIDE_DECIDE_H

#include "decide/look.h"

/*
 * Looks at `element` of the line's tensor, at the point where its instance is. Costs about six evaluations where the
 * first steps settle; those of the whole ladder more where they do not pass, and again as many for the outputs. Update
 * and vary are held against forward before a failure is confirmed, and left where they are wrong (doubt_way.h): what
 * was decided of other elements is then to be decided again.
 */
gchk_status gchk_decide(gchk_tensor_line *l, size_t element, gchk_look *look, gchk_error *error) GCHK_MUST_USE;

/*
 * The same along a line that has the outputs of the element's class alone, and the place of each. *is_left: what is to
 * be asked next, of a failure say, only a line of all outputs can tell.
 */
gchk_status gchk_decide_in_group(gchk_tensor_line *l, size_t element, gchk_look *look, bool *is_left,
                                 gchk_error *error) GCHK_MUST_USE;

/* The same by all outputs together, at this point alone: what still fails then, or is open, is not decided. */
gchk_status gchk_decide_by_ladders(gchk_tensor_line *l, size_t element, gchk_look *look,
                                   gchk_error *error) GCHK_MUST_USE;

/*
 * That as a job (lines/line_job.h), whose context is a gchk_look, and which keeps what comes of it. An element that
 * fails at kinks is inconclusive: how many units kink there was not asked.
 */
gchk_status gchk_keep_by_ladders(void *look, gchk_tensor_line *l, size_t element, gchk_error *error) GCHK_MUST_USE;

#endif
