/* What a block of elements adds to the figures of a tensor. */
#ifndef GCHK_CHECK_FIGURE_TERMS_H
#define GCHK_CHECK_FIGURE_TERMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { GCHK_FIGURE_BLOCK = 256 };

/* Elements of one draw; of those that `judged` has no bits of nothing is compared. */
typedef struct gchk_figure_block {
  const double *analytic, *numeric, *bound;
  const double *numeric_bound; /* NULL: not asked for */
  const uint64_t *judged;
  size_t count;
} gchk_figure_block;

/* One number an element: what it adds to sums; 0 where it is not compared. */
typedef struct gchk_figure_terms {
  double difference[GCHK_FIGURE_BLOCK]; /* NaN where it is not finite */
  double bound[GCHK_FIGURE_BLOCK], gd[GCHK_FIGURE_BLOCK], gg[GCHK_FIGURE_BLOCK], dd[GCHK_FIGURE_BLOCK];
  double known_bound[GCHK_FIGURE_BLOCK]; /* the bound; NaN where it is not compared, or there is none */
} gchk_figure_terms;

/* The largest so far, as the bits of numbers from 0; and how many were compared, and all bits of all that was added. */
typedef struct gchk_figure_most {
  uint64_t difference, relative, bound;
  uint64_t compared, any;
} gchk_figure_most;

/* An element that is no number is compared where numeric is one, or where analytic is none. */
void gchk_find_figure_terms(const gchk_figure_block *block, gchk_figure_terms *terms, gchk_figure_most *most);

/* Of its size that each is uncertain by, by its numeric_bound; NaN where that is all of it. */
void gchk_find_uncertain_parts(const gchk_figure_block *block, double part[GCHK_FIGURE_BLOCK]);

/* Is |analytic - numeric| less than `bars` bounds everywhere? Where something is no number it is not. */
bool gchk_are_within(const double *analytic, const double *numeric, const double *bound, size_t count, double bars);

/* Is one of the bytes above the limit? */
bool gchk_any_above(const unsigned char *bytes, size_t count, unsigned char limit);

/* Is analytic - numeric 0 everywhere? Infinities that are the same have no difference that is a number. */
bool gchk_are_same_numbers(const double *analytic, const double *numeric, size_t count);

/* Is none of them NaN? */
bool gchk_are_numbers(const double *x, size_t count);

#endif
