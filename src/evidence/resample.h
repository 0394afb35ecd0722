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

/* Forward and its outputs where the instance is. False where forward fails. */
bool gchk_outputs_now(gchk_instance *instance, double *y);

/* What is differenced when the tensor is moved, its surrogate or forward, and its outputs where the instance is. */
bool gchk_differenced_now(const gchk_diagnosis *d, double *y);

/* The same with an element of the tensor moved by so much, where its type holds that; it is put back. */
bool gchk_outputs_with(gchk_diagnosis *d, size_t element, double by, double *y);

/*
 * The analytic gradient of the tensor for another upstream gradient at the base point, by the layer that was compared
 * (an f32 layer, not its twin). False when a call fails; the instance is where it was.
 */
bool gchk_gradient_for(gchk_diagnosis *d, const double *v, double *gradient);

/* The same for the first upstream gradient where the instance is, by its values: an f32 layer is given them, too. */
bool gchk_gradient_now(const gchk_diagnosis *d, double *gradient);

/*
 * Does backward give again what is diagnosed, but for rounding? Where it does not, what it gives at other points says
 * nothing of that.
 */
bool gchk_is_reproducible(gchk_diagnosis *d);

/* The case of a diagnosis at another base point: to be left whether or not going there succeeded. */
typedef struct gchk_other_place {
  gchk_case spec;
  gchk_case_work work; /* its one tensor is that of the diagnosis, or it has those of the case */
} gchk_other_place;

/* Fills inputs and parameters anew (other_point.h). False where there is no such point. The second: all tensors. */
bool gchk_go_elsewhere(gchk_diagnosis *d, unsigned point, gchk_other_place *place);
bool gchk_go_elsewhere_with_all(gchk_diagnosis *d, unsigned point, gchk_other_place *place);
void gchk_leave_elsewhere(gchk_diagnosis *d, gchk_other_place *place);

/* After values of its indices were changed there, in place.work.instance and, where there is one, place.work.single. */
bool gchk_start_again_elsewhere(gchk_other_place *place);

/* The gradients of one element at another base point, in the first draw. */
typedef struct gchk_elsewhere {
  double analytic, numeric;
  double bound; /* of their difference: what differences, and rounding inside backward, may be off by */
  double value; /* the element's own */
} gchk_elsewhere;

bool gchk_see_elsewhere(gchk_diagnosis *d, gchk_other_place *place, size_t element, gchk_elsewhere *there);

/* Both at once: what is a factor, or a zero, only by accident is another there. */
bool gchk_look_elsewhere(gchk_diagnosis *d, size_t element, unsigned point, gchk_elsewhere *there);

/* Within their errors; and is the numeric gradient told from 0? */
bool gchk_is_right_there(const gchk_elsewhere *there);
bool gchk_is_told_there(const gchk_elsewhere *there);

#endif
