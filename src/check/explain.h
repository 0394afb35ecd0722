/* Everything about the verdict of one element. */
#ifndef GCHK_CHECK_EXPLAIN_H
#define GCHK_CHECK_EXPLAIN_H

#include "gradcheck/check.h"
#include "measure/judge.h"

typedef struct gchk_explanation {
  gchk_shape shape;
  size_t flat;
  double x; /* the element's value */
  gchk_dtype dtype;
  bool uses_twin; /* differences are of the layer's double twin */
  size_t draw_count;
  double sigma[GCHK_MAX_DRAWS];
  double analytic[GCHK_MAX_DRAWS];
  double slack[GCHK_MAX_DRAWS];   /* what rounding of an f32 backward adds to the bound; 0 without a twin */
  double largest[GCHK_MAX_DRAWS]; /* largest |analytic| of the tensor */
  gchk_derivative derivative[GCHK_MAX_DRAWS];
  gchk_judgement judgement[GCHK_MAX_DRAWS];
  double order, decades; /* observed order of convergence, NaN where no truncation shows, over how many decades of h */
} gchk_explanation;

/*
 * Explains element `index` (as many numbers as the tensor has dimensions, or one flat index) of `tensor`.
 * GCHK_INVALID when there is no such tensor or element, or it is not differentiated. Costs the whole ladder of steps, about
 * 80 forwards, and those of the probes do not come.
 */
gchk_status gchk_explain_element(const gchk_case *spec, const gchk_options *options, const char *tensor,
                                 const size_t *index, size_t rank, gchk_explanation *explanation,
                                 gchk_error *error) GCHK_MUST_USE;

#endif
