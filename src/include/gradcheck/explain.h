/*
 * Everything about the verdict of one element: the table of steps, and why it got its verdict.
 *
 *     size_t index[] = {0, 7};
 *     gchk_explanation x;
 *     if (gchk_explain_element(&my_case, NULL, "W1", index, 2, &x, &error) == GCHK_OK)
 *       status = gchk_explanation_print(&x, stdout, &error);
 */
#ifndef GRADCHECK_EXPLAIN_H
#define GRADCHECK_EXPLAIN_H

#include <stdio.h>

#include "gradcheck/check.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { GCHK_EXPLAINED_DRAWS = 2, GCHK_EXPLAINED_STEPS = 64 };

/* One finite-difference step. NaN difference: the function was not finite there. */
typedef struct gchk_explained_step {
  double step;
  double difference;              /* D: the central difference at this step */
  double slope_plus, slope_minus; /* the one-sided ones */
  double truncation, rounding;    /* the two parts of the error; truncation is infinite where too few steps are known */
  double bound;                   /* E of this step alone; infinite where it has none */
  bool is_chosen;
} gchk_explained_step;

/* What the function is at the element, as far as steps can tell. */
typedef enum gchk_function_kind {
  GCHK_FUNCTION_SMOOTH = 0,
  GCHK_FUNCTION_KINKED,    /* the one-sided slopes stay apart, whatever the step */
  GCHK_FUNCTION_ONE_SIDED, /* one side is not finite */
  GCHK_FUNCTION_UNDEFINED  /* no step gave a derivative */
} gchk_function_kind;

/* What decided an element. */
typedef enum gchk_look_kind {
  GCHK_LOOK_SHORT = 0, /* the first steps that settled */
  GCHK_LOOK_WHOLE,     /* all steps, taken anew, after those did not pass */
  GCHK_LOOK_OUTPUTS    /* its outputs one by one, without those that have a kink within the steps */
} gchk_look_kind;

/* The element under one upstream gradient. */
typedef struct gchk_explained_draw {
  double analytic, numeric;
  double bound;      /* of |analytic - numeric|; infinite where no step gave one */
  double slack;      /* the part of it that is rounding in an f32 backward; 0 without a twin */
  double error_bars; /* the difference over the bound */
  double noise;      /* measured, of the projected outputs */
  double largest;    /* the largest |analytic| of the tensor */
  gchk_function_kind kind;
  double slope_low, slope_high; /* any gradient between them is right, of a kinked function */
  gchk_verdict verdict;         /* pass, kink, inconclusive or fail */
  bool below_resolution;        /* passed, but too small beside `largest` to be told from zero */
  size_t step_count;
  gchk_explained_step steps[GCHK_EXPLAINED_STEPS]; /* from the largest down */
  bool is_extrapolated; /* numeric is (16 D - D of the next larger step)/15 at the chosen step, not D itself */
  double terms;         /* passed: terms of this size cancel to it, and no output depends on the element; else 0 */
} gchk_explained_draw;

typedef struct gchk_explanation {
  const char *case_name, *tensor; /* borrowed from the case */
  gchk_dtype dtype;
  gchk_shape shape; /* of the tensor */
  size_t flat;      /* the element's place in it */
  double value;
  bool uses_twin; /* differences are those of the layer's double twin */
  double order,
      decades; /* observed order of convergence, NaN where no truncation shows, over how many decades of steps */
  gchk_verdict verdict; /* the worst of the draws */
  size_t draw_count;
  gchk_explained_draw draws[GCHK_EXPLAINED_DRAWS];
  gchk_look_kind look; /* what decided */
  unsigned point;      /* where: 0 the base point of the case, k the k-th other one that was tried */
  gchk_doubt doubt;    /* why it is inconclusive */
} gchk_explanation;

/*
 * Explains element `index` (as many numbers as the tensor has dimensions, or one flat index) of `tensor`; of `options`,
 * which may be NULL, it uses seed and step. GCHK_INVALID when there is no such tensor or element, or it is not
 * differentiated. Costs the whole ladder of steps, about 80 forwards, and no probes.
 */
GCHK_API gchk_status gchk_explain_element(const gchk_case *c, const gchk_options *options, const char *tensor,
                                          const size_t *index, size_t rank, gchk_explanation *explanation,
                                          gchk_error *error) GCHK_MUST_USE;

/*
 * The same for the worst element of `tensor`, or, where that is NULL, of all tensors of the case: one that fails,
 * else one that is undecided, else the one that is most error bars off. Costs a check of the case without its probes
 * besides.
 */
GCHK_API gchk_status gchk_explain_worst(const gchk_case *c, const gchk_options *options, const char *tensor,
                                        gchk_explanation *explanation, gchk_error *error) GCHK_MUST_USE;

/* Writes it for people: a table of steps a draw, their errors drawn with characters, the verdict in plain sentences.
 * GCHK_IO, GCHK_NO_MEMORY. */
GCHK_API gchk_status gchk_explanation_print(const gchk_explanation *explanation, FILE *out,
                                            gchk_error *error) GCHK_MUST_USE;

/* The errors of all steps as a drawing, SVG, into the file `path`; "-" is standard output. GCHK_IO, GCHK_NO_MEMORY. */
GCHK_API gchk_status gchk_explanation_draw(const gchk_explanation *explanation, const char *path,
                                           gchk_error *error) GCHK_MUST_USE;

#ifdef __cplusplus
}
#endif
#endif
