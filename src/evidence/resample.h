/* A few of the failing elements, once more: what a rule needs to verify before it says it. */
#ifndef GCHK_EVIDENCE_RESAMPLE_H
#define GCHK_EVIDENCE_RESAMPLE_H

#include "evidence/diagnosis.h"

enum { GCHK_SAMPLES = 5 };

/* Chooses up to GCHK_SAMPLES failing elements, spread over the tensor. Returns how many. */
size_t gchk_sample_failing(const gchk_diagnosis *d, size_t elements[GCHK_SAMPLES]);

/*
 * Differentiates an element again at the base point, with all that the steps showed: `derivative` has room for
 * GCHK_MAX_DRAWS. False when it cannot be done; the instance is where it was.
 */
bool gchk_resample(gchk_diagnosis *d, size_t element, gchk_derivative *derivative);

/* The gradients of one element at another base point, in the first draw. */
typedef struct gchk_elsewhere {
  double analytic, numeric, bound;
  double value; /* the element's own */
} gchk_elsewhere;

/*
 * The same element where inputs and parameters are filled anew (other_point.h): what is a factor, or a zero, only by
 * accident is another there. False where there is no such point, or no derivative.
 */
bool gchk_look_elsewhere(gchk_diagnosis *d, size_t element, unsigned point, gchk_elsewhere *there);

#endif
