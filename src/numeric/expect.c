/* Points that will be asked for. */
#include "numeric/expect.h"

#include <math.h>

#include "numeric/rung_formulas.h"
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

static bool is_told(const gchk_ladder_state *state, int exponent) {
  return state->has_told && exponent <= state->told_high && exponent >= state->told_low;
}

gchk_status gchk_expect_steps(const gchk_ladder_state *state, int high, int low, gchk_error *error) {
  gchk_expected expected;
  expected.count = 0; // the points are as many
  for (int exponent = high; exponent >= low && state->line->expect != NULL; exponent -= GCHK_RUNG)
    if (!is_told(state, exponent) && gchk_ladder_find(state, exponent) == state->count)
      gchk_expected_add_pair(&expected, state->line, gchk_step_at(exponent));
  return gchk_expect(&expected, state->line, error);
}

/* Is the least rounding that a step can have more than what is in question? */
static bool is_beyond(const gchk_line *line, const double *question, int exponent) {
  for (size_t d = 0; d < line->draw_count; d++) {
    const double eps = fmax(line->output_unit * fabs(line->v[d][0] * line->y0[0]), 4 * line->sigma[d]);
    if (!(eps > question[d] * gchk_step_at(exponent)))
      return false;
  }
  return true;
}

gchk_status gchk_expect_whole(gchk_ladder_state *state, const double *question, gchk_error *error) {
  const gchk_line *line = state->line;
  const gchk_steps *steps = &state->steps;
  int last = line->expect != NULL && question != NULL && line->output_count == 1 ? steps->top : steps->bottom;
  while (last > steps->bottom && (last > steps->usual - GCHK_RUNG || !is_beyond(line, question, last)))
    last -= GCHK_RUNG;
  GCHK_TRY(gchk_expect_steps(state, steps->top, last, error));
  state->has_told = true;
  state->told_high = steps->top;
  state->told_low = last;
  return GCHK_OK;
}
