/* Jobs along the lines of elements, by the way that there is. */
#ifndef GCHK_LINES_JOBS_H
#define GCHK_LINES_JOBS_H

#include "lines/groups.h"

/* Does the job for all of these elements: in groups that hold, by vary, or one by one. */
gchk_status gchk_do_job(gchk_groups *groups, gchk_tensor_line *l, const gchk_line_job *job, const size_t *elements,
                        size_t count, gchk_error *error) GCHK_MUST_USE;

#endif
