/*
 * Is a gradient 0 by an invariance of the layer?
 *
 * A bias in front of batch norm, a bias of the keys in front of softmax: the outputs do not depend on it, and backward
 * sums terms of some size T that cancel but for their rounding. A gradient that is 0 by chance of the point, beyond a
 * saturated unit, looks the same there; but the outputs move farther away, to one side or the other. So the element is
 * moved far beyond its own size, both ways:
 *
 *     |phi(x +- H) - phi(x)| <= 2 eps (1 + H/s)^2,   H = max(8 s, 1)
 *
 * eps = R h is the rounding of phi as the difference at h knows it. Sums with x + H round it H/s times as coarsely, and
 * a variance that is the mean of squares by the square of that. A slope beyond 20 eps/s would show.
 */
#include "decide/independent.h"

#include <math.h>

#include "numeric/stencil.h"
#include "numeric/steps.h"

static const double times_rounding = 2, sizes_away = 8, least_way = 1;

static bool may_be_asked(const gchk_look *look, size_t draw_count) {
  if (look->verdict != GCHK_INCONCLUSIVE)
    return false;
  for (size_t d = 0; d < draw_count; d++)
    if (look->judgement[d].verdict != GCHK_PASS && !look->judgement[d].may_cancel)
      return false;
  return true;
}

/* Is every phi at x + way what it is at x? */
static gchk_status stays(gchk_tensor_line *l, const gchk_look *look, double way, bool *is_same, gchk_error *error) {
  const gchk_line *line = &l->line;
  double *y = l->space;
  const double sizes = 1 + fabs(way) / line->scale;
  GCHK_TRY(line->evaluate(line->context, gchk_step_to(line->x, way, line->variable_unit), y, error));
  for (size_t d = 0; d < line->draw_count; d++) {
    const double eps = look->derivative[d].rounding * look->derivative[d].step;
    const double change = gchk_line_project(line, line->v[d], y, line->y0);
    *is_same = *is_same && fabs(change) <= times_rounding * eps * sizes * sizes;
  }
  return GCHK_OK;
}

static void keep(gchk_look *look, size_t draw_count) {
  look->verdict = GCHK_PASS;
  look->doubt = GCHK_NO_DOUBT;
  look->resolution = GCHK_CANCELLED;
  for (size_t d = 0; d < draw_count; d++)
    if (look->judgement[d].may_cancel)
      look->judgement[d] = (gchk_judgement){
          .verdict = GCHK_PASS, .resolution = GCHK_CANCELLED, .error_bars = look->judgement[d].error_bars};
}

gchk_status gchk_ask_independence(gchk_tensor_line *l, gchk_look *look, gchk_error *error) {
  const double way = fmax(sizes_away * l->line.scale, least_way);
  bool is_same = true;
  if (!may_be_asked(look, l->line.draw_count))
    return GCHK_OK;
  for (int side = 1; side >= -1 && is_same; side -= 2)
    GCHK_TRY(stays(l, look, side * way, &is_same, error));
  gchk_tensor_line_restore(l);
  if (is_same)
    keep(look, l->line.draw_count);
  return GCHK_OK;
}
