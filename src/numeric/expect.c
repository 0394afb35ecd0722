/* Points that will be asked for. */
#include "numeric/expect.h"

#include <math.h>

#include "numeric/steps.h"

void gchk_expected_add(gchk_expected *expected, const gchk_line *line, double h) {
  if (line->expect == NULL || expected->count == GCHK_MOST_EXPECTED)
    return;
  const double x = gchk_step_to(line->x, h, line->variable_unit);
  if (isfinite(x) && x != line->x)
    expected->x[expected->count++] = x;
}

void gchk_expected_add_pair(gchk_expected *expected, const gchk_line *line, double h) {
  gchk_expected_add(expected, line, h);
  gchk_expected_add(expected, line, -h);
}

gchk_status gchk_expect(const gchk_expected *expected, const gchk_line *line, gchk_error *error) {
  if (line->expect == NULL || expected->count == 0)
    return GCHK_OK;
  return line->expect(line->context, expected->x, expected->count, error);
}
