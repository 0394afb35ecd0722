/* Jobs along the lines of elements. */
#include "lines/jobs.h"

#include "lines/vary_replay.h"

gchk_status gchk_do_job(gchk_groups *groups, gchk_tensor_line *l, const gchk_line_job *job, const size_t *elements,
                        size_t count, gchk_error *error) {
  if (gchk_groups_hold(groups))
    GCHK_TRY(gchk_groups_run(groups, job, elements, count, error));
  else if (l->varies)
    return gchk_vary_replay(l, job, elements, count, NULL, 0, error);
  // Groups may have come apart meanwhile.
  for (size_t i = 0; i < count && !gchk_groups_hold(groups); i++)
    GCHK_TRY(job->attempt(job->context, l, elements[i], error));
  return GCHK_OK;
}
