/* What is done along the lines of some elements, whichever way these are evaluated. */
#ifndef GCHK_LINES_LINE_JOB_H
#define GCHK_LINES_LINE_JOB_H

#include "lines/tensor_line.h"

typedef struct gchk_line_job {
  /*
   * Does what there is to be done with an element: aims `l`, whose line may have the outputs of the element's class
   * alone, and evaluates by nothing else. It is called again after an evaluation failed.
   */
  gchk_status (*attempt)(void *context, gchk_tensor_line *l, size_t element, gchk_error *error);
  void *context;
  bool is_ladder;   /* steps are taken one after the other, each a quarter of the last: the next may be fetched ahead */
  bool is_as_alone; /* groups: sums over outputs as those of a line of all of them, to the last bit */
  bool (*is_over)(const void *state); /* NULL, or: may what is left be left undone? */
  const void *state;
} gchk_line_job;

#endif
