/* The evaluations of one element: those known, which a line that is walked again recalls, and those wanted. */
#ifndef GCHK_LINES_RECALLED_H
#define GCHK_LINES_RECALLED_H

#include "lines/tensor_line.h"

typedef struct gchk_recalled {
  size_t element;
  size_t width; /* outputs */
  size_t known, wanted, capacity;
  size_t next; /* where the one that is asked for next may be */
  double *x;   /* first those known, then those wanted; and of each */
  double *y;   /* as many outputs */
} gchk_recalled;

void gchk_recalled_start(gchk_recalled *recalled, size_t element, size_t width);
void gchk_recalled_release(gchk_recalled *recalled);

/* How an element's line asks for evaluations, and what came of it. */
typedef struct gchk_asking {
  bool is_ladder;      /* steps follow one another, each a quarter of the last: the next ones are wanted too */
  bool wants, is_full; /* one was not known; and there was no room to note it */
} gchk_asking;

/*
 * Notes that the outputs at x are wanted, where it is another value than at the point, one that the tensor can hold,
 * and not known or noted. What would take more than the *room bytes that are left is not noted.
 */
gchk_status gchk_recalled_want(gchk_recalled *recalled, const gchk_tensor_line *l, double x, gchk_asking *asking,
                               size_t *room, gchk_error *error) GCHK_MUST_USE;

/*
 * An evaluation of the element's line: what is known of x. What is not is noted to be wanted, and ends the walk along
 * the line with GCHK_LAYER_FAILED, which says nothing about the layer where asking->wants is set.
 */
gchk_status gchk_recalled_evaluate(gchk_recalled *recalled, const gchk_tensor_line *l, double x, double *y,
                                   gchk_asking *asking, size_t *room, gchk_error *error) GCHK_MUST_USE;

/* Bytes that it holds. */
size_t gchk_recalled_bytes(const gchk_recalled *recalled);

/* The k-th of those wanted, */
double gchk_recalled_wanted(const gchk_recalled *recalled, size_t k);

/* and room for its outputs. */
double *gchk_recalled_outputs(const gchk_recalled *recalled, size_t k);

/* All that were wanted are known. */
void gchk_recalled_learn(gchk_recalled *recalled);

#endif
