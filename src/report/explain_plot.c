/*
 * A V where the gradient is right: on the right truncation falls with the step, on the left rounding rises. A gradient
 * that is wrong leaves a floor, high above the bounds.
 */
#include "report/explain_plot.h"

#include <math.h>
#include <string.h>

enum { COLUMNS = 84, ROWS = 13, LABEL = 9, FEWEST = 3 };

/* Logarithms of the ends of both axes. */
typedef struct range {
  double left, right, bottom, top;
  bool has_zero; /* some error is exactly 0: it stands in a row below */
  size_t shown;
} range;

static double error_at(const gchk_explained_draw *draw, size_t k) {
  return fabs(draw->steps[k].difference - draw->analytic);
}

static void widen(double *low, double *high, double x) {
  *low = fmin(*low, x);
  *high = fmax(*high, x);
}

static range range_of(const gchk_explained_draw *draw) {
  range r = {.left = HUGE_VAL, .right = -HUGE_VAL, .bottom = HUGE_VAL, .top = -HUGE_VAL};
  for (size_t k = 0; k < draw->step_count; k++) {
    const gchk_explained_step *s = &draw->steps[k];
    const double error = error_at(draw, k);
    if (!isfinite(error) || !(s->step > 0) || !isfinite(s->step))
      continue;
    r.shown++;
    widen(&r.left, &r.right, log10(s->step));
    if (error > 0)
      widen(&r.bottom, &r.top, log10(error));
    r.has_zero = r.has_zero || error == 0;
    if (s->bound > 0 && isfinite(s->bound))
      widen(&r.bottom, &r.top, log10(s->bound));
  }
  return r;
}

static size_t place(double x, double low, double high, size_t count) {
  const double share = high > low ? (x - low) / (high - low) : 0.5;
  return (size_t)(fmin(fmax(share, 0), 1) * (double)(count - 1) + 0.5);
}

/* Row 0 is the top one; ROWS is that of zeros. */
static size_t row_of(const range *r, double error) {
  return error > 0 ? ROWS - 1 - place(log10(error), r->bottom, r->top, ROWS) : ROWS;
}

static void fill(const gchk_explained_draw *draw, const range *r, char cells[ROWS + 1][COLUMNS]) {
  memset(cells, ' ', (size_t)(ROWS + 1) * COLUMNS);
  for (size_t k = 0; k < draw->step_count; k++)
    if (draw->steps[k].is_chosen && draw->steps[k].step > 0)
      for (size_t row = 0; row <= ROWS; row++)
        cells[row][place(log10(draw->steps[k].step), r->left, r->right, COLUMNS)] = '|';
  for (size_t k = 0; k < draw->step_count; k++) {
    const gchk_explained_step *s = &draw->steps[k];
    const double error = error_at(draw, k);
    if (!isfinite(error) || !(s->step > 0) || !isfinite(s->step))
      continue;
    const size_t column = place(log10(s->step), r->left, r->right, COLUMNS);
    if (s->bound > 0 && isfinite(s->bound))
      cells[row_of(r, s->bound)][column] = '.';
    cells[row_of(r, error)][column] = s->is_chosen ? '@' : 'o';
  }
}

static void put_power(gchk_text *out, double logarithm, int width) {
  char number[GCHK_REAL_SIZE];
  gchk_text_column(out, gchk_format_real(number, sizeof number, 'e', 0, pow(10, logarithm)), width);
}

static void put_row(gchk_text *out, const range *r, size_t row, const char *cells) {
  size_t length = COLUMNS;
  while (length > 0 && cells[length - 1] == ' ')
    length--;
  gchk_text_put(out, "  ");
  if (row == ROWS)
    gchk_text_column(out, "0", -(LABEL - 2));
  else if (row % 3 == 0)
    put_power(out, r->top - (r->top - r->bottom) * (double)row / (ROWS - 1), -(LABEL - 2));
  else
    gchk_text_repeat(out, " ", LABEL - 2);
  gchk_text_put(out, length > 0 ? " | " : " |");
  gchk_text_write(out, cells, length);
  gchk_text_put(out, "\n");
}

void gchk_put_step_plot(gchk_text *out, const gchk_explained_draw *draw) {
  char cells[ROWS + 1][COLUMNS];
  const range r = range_of(draw);
  if (r.shown < FEWEST || r.top < r.bottom)
    return;
  fill(draw, &r, cells);
  gchk_text_put(
      out, "\n  How far each step is from the analytic gradient (o; @ at the chosen step), and its error bound (.)\n");
  for (size_t row = 0; row < ROWS + (size_t)r.has_zero; row++)
    put_row(out, &r, row, cells[row]);
  gchk_text_repeat(out, " ", LABEL);
  gchk_text_put(out, " +-");
  gchk_text_repeat(out, "-", COLUMNS);
  gchk_text_put(out, "\n");
  gchk_text_repeat(out, " ", LABEL + 2);
  put_power(out, r.left, COLUMNS / 2);
  gchk_text_put(out, "step h");
  put_power(out, r.right, -(COLUMNS / 2 - 6));
  gchk_text_put(out, "\n");
}
