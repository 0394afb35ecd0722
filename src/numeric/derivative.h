/*
 * One numeric derivative with its error bound: NUMERICS of central differences on a ladder of steps.
 *
 * The function has one variable and m outputs y_j. What is differentiated is phi_v(x) = sum_j v_j y_j(x) for one or
 * more vectors v at once; differences are taken per output, in double, before they are projected.
 *
 *     D = (a + b)/(h+ + h-),  a = sum_j v_j (y_j(x+) - y_j(x)),  b = sum_j v_j (y_j(x) - y_j(x-))
 *     R = 2 eps/(h+ + h-),    eps = max(u sum_j |v_j| max(|y_j(x)|, |y_j(x+-h)|), 4 sigma)
 *     T_k = max(|D_{k-1} - D_k|/2, |D_{k-2} - D_{k-1}|/240), more where a lower order of convergence shows
 *     E = min_k (2 T_k + R_k), more where the even part of the function, or smaller steps, contradict it
 *     D may be X_k = (16 D_k - D_{k-1})/15, which is of order h^4, where that has the smaller bound
 *
 * stencil.c, bound.c and kink.c say what "more" is.
 *
 * Knows nothing of layers, tensors or verdicts.
 */
#ifndef GCHK_NUMERIC_DERIVATIVE_H
#define GCHK_NUMERIC_DERIVATIVE_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>

#include "gradcheck/status.h"

enum { GCHK_MAX_DRAWS = 2, GCHK_MAX_RUNGS = 64, GCHK_MOST_EXPECTED = 64 };

/* Sums over outputs of p_j = |v_j| max |y_j|, over the points where they were taken, of p_j^2, and of |v_j|. */
typedef struct gchk_output_sizes {
  double sum, squares, weight;
} gchk_output_sizes;

/* All outputs at x. */
typedef struct gchk_all_outputs {
  gchk_output_sizes sizes[GCHK_MAX_DRAWS];
  double largest; /* |y_j| */
} gchk_all_outputs;

/* A function of one variable. */
typedef struct gchk_line {
  /* Sets the variable to x (representable in its dtype) and writes the outputs to y. */
  gchk_status (*evaluate)(void *context, double x, double *y, gchk_error *error);
  /* NULL, or: is told of points that evaluate will probably be asked for, of which it may evaluate many together. */
  gchk_status (*expect)(void *context, const double *x, size_t count, gchk_error *error);
  void *context;
  size_t output_count;
  const size_t *place;  /* NULL, or of a line that leaves some outputs out: which of all each one is, ascending, so that
                           sums come out to the last bit as those of all do, of which the others do not move */
  double x;             /* the base point */
  double scale;         /* s of the step rule: max(|x|, rms of the tensor), 1 when all is zero */
  double variable_unit; /* unit round-off of the variable: 2^-53 for f64, 2^-24 for f32 */
  double output_unit;   /* unit round-off of the outputs */
  const double *y0;     /* outputs at x */
  bool y0_is_exact;     /* y0 came by the same way as evaluate's; else it is evaluated again where slopes decide */
  size_t draw_count;    /* 1 .. GCHK_MAX_DRAWS */
  const double *v[GCHK_MAX_DRAWS]; /* output_count each */
  double sigma[GCHK_MAX_DRAWS];    /* measured noise of phi_v; 0 when not measured */
  const gchk_all_outputs *all;     /* NULL, or where outputs that x does not move are left out: all of them */
  double *jacobian_row; /* NULL, or output_count: set to d y_j / d x by the formula chosen for the first draw */
} gchk_line;

/* One rung of the ladder, for one draw. NaN difference: a sample was not finite. */
typedef struct gchk_rung {
  double step_plus, step_minus;   /* as really taken */
  double difference;              /* D */
  double slope_plus, slope_minus; /* a/h+, b/h- */
  double rounding, truncation;    /* R, T; T is INFINITY where there are not enough rungs */
  double rounding_alone;          /* R without the noise that the rungs themselves seem to show */
  double bound;                   /* E of this rung alone; INFINITY where it has none */
} gchk_rung;

/* A step that was given may be lost in x + h, or be no number when it is taken to both sides. */
static inline bool gchk_is_a_step(const gchk_rung *rung) {
  const double both = rung->step_plus + rung->step_minus;
  return both > 0 && isfinite(both);
}

typedef enum gchk_smoothness { GCHK_SMOOTH = 0, GCHK_KINKED, GCHK_ONE_SIDED, GCHK_UNDEFINED } gchk_smoothness;

typedef struct gchk_derivative {
  double value, bound;          /* D and E; NaN and INFINITY when no step gave one (GCHK_UNDEFINED) */
  double step;                  /* (h+ + h-)/2 at the chosen rung */
  bool is_extrapolated;         /* value is X of the chosen rung and the one before, not the difference itself */
  double rounding;              /* R at the chosen rung; KINKED: the error of slope_low and slope_high */
  gchk_smoothness smoothness;   /* KINKED: slopes differ and stay so; ONE_SIDED: one side is not finite */
  double slope_low, slope_high; /* the subdifferential, when KINKED */
  bool is_flat;                 /* no output moved by one bit at any step: D is 0, E rounding alone */
  bool is_exact_zero;           /* flat, and no output moved at x +- max(8 s, 1) either */
  double hidden;                /* flat: 2 u max |y_j|/h, the largest slope of one output that rounding hides at the
                                   largest flat step; else 0 */
  size_t rung_count;            /* rungs evaluated; rungs[0] is the largest step */
  size_t chosen;                /* index into rungs */
  gchk_rung rungs[GCHK_MAX_RUNGS];
} gchk_derivative;

typedef struct gchk_ladder {
  double fixed_step; /* 0: adaptive; H: the documents' rule, D at H, with a second pair at 2H to measure truncation */
  const double *question; /* whole: NULL, or for every draw the difference that is in question: a step whose rounding is
                             more than that in all draws tells nothing of it, nor does a smaller one */
  bool is_between;        /* whole: the steps half as large, in between those that there are without */
  bool whole;     /* adaptive: a judgement afresh by every rung from top to bottom; start and seek_best are ignored */
  double start;   /* adaptive: the step that another element of the tensor settled on (one that is not flat), to be
                        the smallest of the first three, none of which is larger than s; 0: by rule */
  bool seek_best; /* adaptive: larger steps too as long as the bound falls, and where no truncation shows at once the
                        largest within s: for the first element of a tensor, whose step is the start of the others */
} gchk_ladder;

#endif
