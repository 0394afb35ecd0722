/*
 * Elements that share no output, evaluated together: one forward is an evaluation of as many elements as there are
 * classes of them (pattern/pattern.h).
 *
 * What is done with an element is a job that walks along its line, as it would by itself. An evaluation that is not
 * there ends the attempt and is noted; when all elements of a group have come so far, one forward gives what each of
 * them wants, and they begin again, now recalling it. So whoever judges elements knows nothing of groups.
 */
#ifndef GCHK_LINES_GROUPS_H
#define GCHK_LINES_GROUPS_H

#include "lines/line_job.h"

typedef struct gchk_groups gchk_groups;

/*
 * Groups for these elements of the tensor; *groups is NULL where there are none, where it would not pay, or where the
 * audit found that they do not hold. In the scratch memory of the work. Costs what pattern and audit cost.
 */
gchk_status gchk_groups_open(gchk_tensor_line *l, const size_t *elements, size_t count, gchk_groups **groups,
                             gchk_error *error) GCHK_MUST_USE;

/*
 * Does the job for all of these elements, about in the order of their groups. Where the groups turn out not to hold
 * (gchk_groups_hold), some have not been done, and none is to be believed.
 */
gchk_status gchk_groups_run(gchk_groups *groups, const gchk_line_job *job, const size_t *elements, size_t count,
                            gchk_error *error) GCHK_MUST_USE;

/*
 * The two halves of it. The first asks the elements, of whom `done` were before them; those of a group that want far
 * more evaluations than the others are put off, and so says the array of requests, a byte an element. The second asks
 * what was put off of all elements, whoever asked them first (in whose process, say), and puts off no more.
 */
gchk_status gchk_groups_run_first(gchk_groups *groups, const gchk_line_job *job, const size_t *elements, size_t count,
                                  uint64_t done, gchk_error *error) GCHK_MUST_USE;
gchk_status gchk_groups_run_rest(gchk_groups *groups, const gchk_line_job *job, const size_t *elements, size_t count,
                                 gchk_error *error) GCHK_MUST_USE;
unsigned char *gchk_groups_requests(gchk_groups *groups);

/* Has every output moved only where one of its class did? False for NULL. */
bool gchk_groups_hold(const gchk_groups *groups);

/* An element by itself has another derivative than in its group: none of them is to be believed. */
void gchk_groups_give_up(gchk_groups *groups, size_t element);

#endif
