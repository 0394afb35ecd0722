/* One element: what is known of it, its judgement, and its place in the arrays. */
#ifndef GCHK_DECIDE_LOOK_H
#define GCHK_DECIDE_LOOK_H

#include "gradcheck/explain.h"
#include "lines/tensor_line.h"

/* What is known of one element: at the point where it was decided, for every draw. */
typedef struct gchk_look {
  gchk_verdict verdict;       /* the worse of the draws */
  gchk_resolution resolution; /* of a pass: resolved where one draw is */
  gchk_doubt doubt;           /* of an inconclusive one */
  gchk_look_kind kind;        /* what decided */
  bool is_suspected;          /* an inconclusive one that fails output by output: wrong if it does so elsewhere too */
  bool is_unconfirmed;        /* one that fails and was not asked whether that stands, for that is done later */
  unsigned point;             /* where: 0 the base point, k the k-th other one */
  double analytic[GCHK_MAX_DRAWS], slack[GCHK_MAX_DRAWS];
  gchk_allowance allowance[GCHK_MAX_DRAWS];
  gchk_judgement judgement[GCHK_MAX_DRAWS];
  gchk_derivative derivative[GCHK_MAX_DRAWS];
} gchk_look;

/*
 * The gradient that outputs y would have if they were in proportion to an element of this scale: |v y|/s; or that of
 * outputs of size 1, where all are 0.
 */
double gchk_natural_gradient(const double *v, const double *y, size_t count, double scale);

/* An element before it was looked at, at the point where the line's instance is: analytic, slack and allowance. */
void gchk_look_start(const gchk_tensor_line *l, size_t element, gchk_look *look);

/* Judges what `look` holds, for all draws: sets judgement, verdict, resolution and doubt. */
void gchk_look_judge(gchk_look *look, size_t draw_count);

/* After judgements were changed: verdict and doubt are those of the worst, and of one that is inconclusive. */
void gchk_look_sum_up(gchk_look *look, size_t draw_count);

/* Writes it into the arrays of the tensor. */
void gchk_look_keep(const gchk_look *look, gchk_tensor_work *tensor, size_t draw_count, size_t element);

/* Makes it inconclusive, for this reason. */
void gchk_look_doubt(gchk_look *look, gchk_doubt reason);

/* Does it fail, and every draw that does sit on a kink? */
bool gchk_look_fails_at_kinks(const gchk_look *look, size_t draw_count);

/* Is it still open, so that another base point may decide it? */
bool gchk_look_is_open(const gchk_look *look);

#endif
