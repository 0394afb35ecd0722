/* Gradients of a float layer and of its twin, side by side. */
#include "measure/twin_loss.h"

#include "instance/precision.h"
#include "measure/analytic.h"
#include "measure/move_values.h"
#include "measure/variable.h"

void gchk_move_upstream(const gchk_case_work *work, const gchk_instance *single, size_t draw, double units,
                        uint64_t seed, double *moved) {
  const gchk_mover given = {.unit = GCHK_UNIT_F32, .units = units, .is_exact = true, .seed = seed};
  for (size_t j = 0; j < work->output_count; j++)
    moved[j] = gchk_round_to_unit(gchk_moved(work->v[draw][j], &given), GCHK_UNIT_F32);
  gchk_round_upstream(single, moved);
}

gchk_status gchk_find_twin_loss(gchk_case_work *work, gchk_instance *single, const double *v, double **loss,
                                double **of_twin, bool *is_there, gchk_error *error) {
  gchk_instance *twin = work->instance;
  work->instance = single;
  gchk_status status = gchk_analytic_gradients(work, v, loss, error);
  work->instance = twin;
  if (status == GCHK_OK)
    status = gchk_analytic_gradients(work, v, of_twin, error);
  for (size_t k = 0; status == GCHK_OK && k < work->tensor_count; k++)
    for (size_t e = 0; e < work->tensors[k].total; e++)
      loss[k][e] -= of_twin[k][e];
  *is_there = status == GCHK_OK;
  return status == GCHK_NO_MEMORY ? status : GCHK_OK;
}
