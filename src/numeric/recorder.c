/*
 * A record of evaluations.
 *
 * Differentiating m outputs one by one asks for the same points m times. A whole ladder has at most 128 points and the
 * noise seldom takes 100, so they are kept in a table that is searched from one end to the other. Where it is full
 * further points are evaluated and not kept: that costs time and never memory.
 */
#include "numeric/recorder.h"

#include <stdlib.h>
#include <string.h>

#include "core/memory.h"

enum { MOST = 320, LEAST = 96 };

bool gchk_recorder_fits(size_t output_count, size_t limit) {
  size_t row, needed;
  return gchk_multiply(output_count + 1, sizeof(double), &row) && gchk_multiply(row, LEAST + 1, &needed) &&
         needed <= limit;
}

gchk_status gchk_recorder_init(gchk_recorder *recorder, const gchk_line *line, size_t limit, bool *fits,
                               gchk_error *error) {
  *recorder = (gchk_recorder){.line = line};
  *fits = gchk_recorder_fits(line->output_count, limit);
  if (!*fits)
    return GCHK_OK;
  const size_t row = (line->output_count + 1) * sizeof(double);
  recorder->capacity = limit / row - 1 < MOST ? limit / row - 1 : MOST;
  recorder->points = gchk_calloc(recorder->capacity, sizeof(double));
  recorder->outputs = gchk_malloc((recorder->capacity + 1) * line->output_count, sizeof(double));
  if (recorder->points == NULL || recorder->outputs == NULL) {
    gchk_recorder_deinit(recorder);
    return gchk_fail_memory(error, "a record of outputs");
  }
  if (line->y0_is_exact) {
    recorder->points[0] = line->x;
    memcpy(recorder->outputs, line->y0, line->output_count * sizeof(double));
    recorder->count = 1;
  }
  return GCHK_OK;
}

/* The row of x; the count where there is none. */
static size_t find(const gchk_recorder *recorder, double x) {
  for (size_t i = recorder->count; i > 0; i--)
    if (recorder->points[i - 1] == x)
      return i - 1;
  return recorder->count;
}

bool gchk_recorder_has(const gchk_recorder *recorder, double x) {
  return find(recorder, x) < recorder->count;
}

gchk_status gchk_recorder_at(gchk_recorder *recorder, double x, const double **outputs, gchk_error *error) {
  size_t m = recorder->line->output_count;
  const size_t at = find(recorder, x);
  double *row = recorder->outputs + at * m;
  *outputs = row;
  if (at < recorder->count)
    return GCHK_OK;
  GCHK_TRY(recorder->line->evaluate(recorder->line->context, x, row, error));
  recorder->evaluations++;
  if (recorder->count < recorder->capacity)
    recorder->points[recorder->count++] = x;
  return GCHK_OK;
}

void gchk_recorder_deinit(gchk_recorder *recorder) {
  free(recorder->outputs);
  free(recorder->points);
  *recorder = (gchk_recorder){.line = recorder->line};
}
