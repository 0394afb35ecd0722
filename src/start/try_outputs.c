/* Forward at values that it may refuse. */
#include "start/try_outputs.h"

#include <math.h>

gchk_status gchk_try_outputs(gchk_instance *instance, double *y, bool *are_finite) {
  gchk_error refusal;
  gchk_status status = gchk_instance_forward(instance, &refusal);
  if (status == GCHK_OK)
    status = gchk_instance_outputs(instance, y, &refusal);
  *are_finite = status == GCHK_OK;
  for (size_t j = 0; *are_finite && j < gchk_instance_output_count(instance); j++)
    *are_finite = isfinite(y[j]);
  return status == GCHK_NO_MEMORY ? status : GCHK_OK;
}
