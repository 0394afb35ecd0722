#include "measure/move_values.h"

#include <math.h>

#include "instance/move.h"
#include "instance/roles.h"
#include "measure/move_doubles.h"
#include "numeric/steps.h"

double gchk_moved(double x, const gchk_mover *m) {
  if (!isfinite(x) || (m->least == 0 && gchk_is_small_whole(x)))
    return x;
  double r = gchk_random_for(x, m->seed);
  if (m->least > 0)
    r = copysign(0.5 + 0.5 * fabs(r), r); // no small moves
  // Twice as far where it is rounded to the unit again.
  double amount = m->units * m->unit * r;
  if (m->least > fabs(x))
    return x + amount * m->least;
  return m->is_exact ? x * (1 + amount) : gchk_step_to(x, 2 * amount * x, m->unit);
}

void gchk_move_values(const gchk_tensor *t, const gchk_mover *m) {
  for (size_t e = 0; e < t->count; e++)
    gchk_tensor_move(t, e, gchk_moved(gchk_tensor_get(t, t->value, e), m));
}

void gchk_copy_values(const gchk_instance *from, gchk_instance *to) {
  for (size_t i = 0; i < from->tensor_count; i++)
    for (size_t e = 0; gchk_role_is_given(from->t[i].role) && e < from->t[i].count; e++)
      gchk_tensor_set(&to->t[i], to->t[i].value, e, gchk_tensor_get(&from->t[i], from->t[i].value, e));
}
