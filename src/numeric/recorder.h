/* The outputs of a line at every point where it was evaluated, each evaluated once. */
#ifndef GCHK_NUMERIC_RECORDER_H
#define GCHK_NUMERIC_RECORDER_H

#include "numeric/derivative.h"

typedef struct gchk_recorder {
  const gchk_line *line;
  size_t count, capacity; /* points */
  double *points;
  double *outputs; /* capacity + 1 rows of output_count; the last for what is not kept */
  size_t evaluations;
} gchk_recorder;

/*
 * Room for the points of one whole ladder and of the noise, in at most `limit` bytes. *fits is false, and nothing is
 * allocated, where the outputs are too many for that. line->y0 is taken for recorded where it is exact.
 */
gchk_status gchk_recorder_init(gchk_recorder *recorder, const gchk_line *line, size_t limit, bool *fits,
                               gchk_error *error) GCHK_MUST_USE;

/* The outputs at x, evaluated if they are not there: `*outputs` is valid until the next call. */
gchk_status gchk_recorder_at(gchk_recorder *recorder, double x, const double **outputs,
                             gchk_error *error) GCHK_MUST_USE;

/* Are they there? */
bool gchk_recorder_has(const gchk_recorder *recorder, double x);

/* Would there be room for so many outputs? */
bool gchk_recorder_fits(size_t output_count, size_t limit);

void gchk_recorder_deinit(gchk_recorder *recorder);

#endif
