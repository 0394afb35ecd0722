/*
 * Do two computations of the same values agree? y of the layer that is checked, z of another one: its double twin, or a
 * reference layer. y - z must be what rounding makes of y, and what that is, is measured at neighbours of the point,
 * where every input and parameter is moved and both get the same numbers. Three things are allowed together:
 *
 *   c(n) / 4 times the largest change of z where the inputs move by up to four units of the layer's precision,
 *   c(n) = 8 + sqrt(n): rounding of the inputs, and of n additions;
 *   8 times the largest change of y - z of any result of a part, also where the inputs move by up to a part in 128:
 *   rounding that no change of an input by a unit shows, such as that of x + 3000, is another at every neighbour, while
 *   the difference between two functions hardly changes so long as z does not, by more than a sixteenth (8 of these are
 *   less than the difference);
 *   `floor` units of the largest |z| of the part: 64 + n of them are n additions in the worst order (Higham, Accuracy
 *   and Stability of Numerical Algorithms, 2nd ed., section 4.2).
 *
 * Results are compared in parts, a tensor each, for what is large in one is nothing beside another.
 */
#ifndef GCHK_MEASURE_AGREEMENT_H
#define GCHK_MEASURE_AGREEMENT_H

#include "core/arena.h"
#include "gradcheck/random.h"
#include "instance/instance.h"
#include "instance/snapshot.h"

typedef struct gchk_agreement_part {
  size_t first, count; /* of the results */
  double size;         /* root mean square of z */
  double largest;      /* |z| */
  double noise;        /* largest change of y - z */
} gchk_agreement_part;

typedef struct gchk_agreement {
  gchk_instance *instance; /* the layer's; what it holds is what both compute from */
  gchk_status (*evaluate)(void *context, double *y, double *z, gchk_error *error); /* both, at what it holds */
  void *context;
  double unit;  /* of what the layer computes in */
  double n;     /* additions in one sum, at the most */
  double floor; /* units of the largest */
  /*
   * y and z may be other functions: the difference is that of both sides of the point, weighted so that what is linear
   * goes out, at neighbours that are as many units away as they are in f32; and one at which y leaves its sixteenth
   * says nothing either.
   */
  bool is_wary;
  size_t count; /* of results */
  gchk_agreement_part *parts;
  size_t part_count;
  double *y, *z;           /* at the point */
  double *near_y, *near_z; /* at a neighbour */
  double *ahead;           /* y - z at the neighbour on the other side; NaN where that says nothing */
  double *change;          /* largest of z */
  bool *is_left_out;       /* NULL, or results that are not compared */
} gchk_agreement;

/* The root mean square of the finite numbers among x, as if the others were 0; and the largest of their sizes. */
double gchk_finite_mean_square(const double *x, size_t count, double *largest);

/* The longest of all tensors, which few sums exceed. */
size_t gchk_longest_dimension(const gchk_instance *instance);

/* The arrays for `count` results, after the fields before them are set; one part, where the caller makes no others. */
gchk_status gchk_agreement_init(gchk_agreement *agreement, gchk_arena *arena, gchk_error *error) GCHK_MUST_USE;

/*
 * y and z at `base`, which is a snapshot of all that the instance holds, and what rounding may do to each. The instance
 * is left at some neighbour. Nine evaluations, and four more where it is wary.
 */
gchk_status gchk_agreement_measure(gchk_agreement *agreement, const gchk_snapshot *base, gchk_random *random,
                                   gchk_error *error) GCHK_MUST_USE;

/* How far result j of the part may be off. */
double gchk_agreement_allowance(const gchk_agreement *agreement, const gchk_agreement_part *part, size_t j);

/* The part of it that follows from rounding of the inputs and of sums: the first and the third of the three things. */
double gchk_agreement_plain_allowance(const gchk_agreement *agreement, const gchk_agreement_part *part, size_t j);

/* |y - z| over what is allowed, where it is more; 0 where it is not, and infinity where the difference is no number. */
double gchk_agreement_excess(const gchk_agreement *agreement, const gchk_agreement_part *part, size_t j);

#endif
