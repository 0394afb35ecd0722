/* The evaluations of one element: those known, which a line that is walked again recalls, and those wanted. */
#ifndef GCHK_DECIDE_RECALLED_H
#define GCHK_DECIDE_RECALLED_H

#include "lines/tensor_line.h"

typedef struct gchk_recalled {
  size_t element;
  size_t width; /* outputs */
  size_t known, wanted, capacity;
  size_t next;  /* where the one that is asked for next may be */
  double *rows; /* first those known, then those wanted: x, and as many outputs */
} gchk_recalled;

void gchk_recalled_start(gchk_recalled *recalled, size_t element, size_t width);
void gchk_recalled_release(gchk_recalled *recalled);

/* The outputs at x; NULL where they are not known. */
const double *gchk_recalled_at(gchk_recalled *recalled, double x);

/*
 * Notes that those at x are wanted, unless they are known or noted. Where it takes more memory than is left in
 * *room bytes, which it takes from, *is_full is set and nothing noted.
 */
gchk_status gchk_recalled_want(gchk_recalled *recalled, double x, size_t *room, bool *is_full,
                               gchk_error *error) GCHK_MUST_USE;

/*
 * Notes that the element's line wants x, where it is another value than at the point and one that its tensor can hold;
 * of a ladder the next steps too, each a quarter of the one before.
 */
gchk_status gchk_recalled_want_more(gchk_recalled *recalled, const gchk_tensor_line *l, double x, bool is_ladder,
                                    size_t *room, bool *is_full, gchk_error *error) GCHK_MUST_USE;

/* Bytes that it holds. */
size_t gchk_recalled_bytes(const gchk_recalled *recalled);

/* The k-th of those wanted: x, and behind it room for the outputs. */
double *gchk_recalled_wanted(const gchk_recalled *recalled, size_t k);

/* All that were wanted are known. */
void gchk_recalled_learn(gchk_recalled *recalled);

#endif
