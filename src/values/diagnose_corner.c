/*
 * Corners: relu at 0, |x - t| at x = t. Each element that is wrong is differentiated once more, for its slopes to both
 * sides.
 */
#include "values/diagnose_corner.h"

#include "decide/pilot.h"
#include "lines/tensor_line.h"

enum { LOOKED_AT = 8 };

/* A wrong element, and its slopes. */
typedef struct corner {
  size_t element;
  double low, high;
} corner;

static bool is_corner(gchk_tensor_line *l, size_t element, gchk_derivative derivative[GCHK_MAX_DRAWS], corner *c) {
  gchk_error ignored; // where it cannot be differentiated nothing is known
  gchk_tensor_line_aim(l, element);
  if (gchk_tensor_line_differentiate_whole(l, NULL, derivative, &ignored) != GCHK_OK ||
      derivative[0].smoothness != GCHK_KINKED)
    return false;
  *c = (corner){element, derivative[0].slope_low, derivative[0].slope_high};
  return true;
}

/* Are all corners that are looked at, of which there are *count; the first is kept. */
static bool are_corners(const gchk_diagnosis *d, gchk_tensor_line *l, corner *first, size_t *count) {
  const gchk_tensor_work *tensor = d->tensor;
  const size_t stride = (d->fail_count + LOOKED_AT - 1) / LOOKED_AT;
  gchk_derivative *derivative = gchk_arena_alloc(d->arena, GCHK_MAX_DRAWS, sizeof *derivative);
  corner c;
  for (size_t k = 0, seen = 0; derivative != NULL && k < tensor->checked_count; k++) {
    const size_t e = tensor->checked[k];
    if (!d->fails[e] || seen++ % stride != 0)
      continue;
    if (!is_corner(l, e, derivative, &c))
      return false;
    if ((*count)++ == 0)
      *first = c;
  }
  return *count > 0;
}

static void report(gchk_diagnosis *d, const corner *c, size_t looked_at) {
  char index[GCHK_INDEX_TEXT];
  gchk_finding *finding = gchk_diagnosis_add(
      d, GCHK_CODE_WRONG_AT_KINK, d->fail_count,
      "wrong where the function has a corner, and right elsewhere: at %s%s = %.6g the slopes to both sides are %.4g "
      "and "
      "%.4g, backward says %.4g, and no more than what is between them is right",
      d->t->name, gchk_index_format(&d->t->shape, c->element, index, sizeof index),
      gchk_tensor_get(d->t, d->t->value, c->element), c->low, c->high, d->tensor->analytic[0][c->element]);
  gchk_finding_number(&d->tensor->findings, finding, "index", (double)c->element);
  gchk_finding_number(&d->tensor->findings, finding, "slope_low", c->low);
  gchk_finding_number(&d->tensor->findings, finding, "slope_high", c->high);
  gchk_finding_number(&d->tensor->findings, finding, "looked_at", (double)looked_at);
}

bool gchk_diagnose_corner(gchk_diagnosis *d) {
  if (d->fail_count == 0 || d->bad_count > 0 || gchk_telling_passes(d) == 0)
    return false;
  gchk_tensor_line l;
  corner first = {0};
  size_t count = 0;
  const bool holds = gchk_tensor_line_open_plain(&l, d->work, d->tensor, NULL) == GCHK_OK && !l.is_out_of_reach &&
                     gchk_pilot(&l, NULL, NULL) == GCHK_OK && are_corners(d, &l, &first, &count);
  gchk_tensor_line_close(&l);
  if (gchk_instance_forward(d->work->instance, NULL) != GCHK_OK || !holds)
    return false;
  report(d, &first, count);
  return true;
}
